"""Events that move volumes: known, learned from the past with shrinkage, and drawn for the future."""
