"""Covariates made from a panel: codes of categories."""
