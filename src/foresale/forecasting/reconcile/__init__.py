"""Forecasts that add up: items, groups of items and the total, reconciled with one another."""
