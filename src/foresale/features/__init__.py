"""Covariates made from a panel and from knowledge: calendar, lags, prices, encoders and scalers."""
