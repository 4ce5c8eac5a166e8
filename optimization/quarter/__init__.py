"""One planning run: inputs, plan, run folder, command line."""
