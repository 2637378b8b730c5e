"""What a price or a promotion does to demand: the causal question, apart from the forecast."""
