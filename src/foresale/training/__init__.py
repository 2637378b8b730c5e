"""Gradients: a panel becomes windows, windows teach a network."""
