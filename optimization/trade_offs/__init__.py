"""Questions about the frontier: what enters and leaves, what would change a decision, several budgets."""
