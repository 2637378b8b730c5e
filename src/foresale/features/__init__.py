"""Covariates made from a panel: lags, prices, encoders and scalers."""
