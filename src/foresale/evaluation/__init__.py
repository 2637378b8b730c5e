"""How good forecasts are: errors, time splits and backtests."""
