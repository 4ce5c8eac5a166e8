"""How the items of a day fall on its hours."""
