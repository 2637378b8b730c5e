"""How many units sell under prices and promotions that are told: a forecast, apart from the causal question."""
