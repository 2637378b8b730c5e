"""Weights and statistics become forecasters: panel in, forecast out."""
