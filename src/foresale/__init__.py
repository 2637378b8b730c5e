"""Foresale: seasonal demand forecasting for e-commerce, and the decisions that follow from it."""
