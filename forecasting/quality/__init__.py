"""What a planner should know of volumes before trusting a forecast of them."""
