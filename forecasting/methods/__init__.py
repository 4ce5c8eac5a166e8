"""The methods that compete: smoothing, rare items, medians and last year, stepped over queues and parameters."""
