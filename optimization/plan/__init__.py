"""Staffing plans: solved, evaluated on every path by the service models, and confirmed by simulation."""
