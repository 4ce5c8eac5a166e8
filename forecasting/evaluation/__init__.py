"""How good forecasts were: rolling origins, scores and the coverage of intervals."""
