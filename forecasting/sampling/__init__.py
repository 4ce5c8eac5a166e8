"""Joint sample paths: a forecast plus whole past error trajectories, drawn together for all queues."""
