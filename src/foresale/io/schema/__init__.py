"""Which column is what, and how its cells are read."""
