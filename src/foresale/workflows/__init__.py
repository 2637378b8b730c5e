"""One function for each wish of a user: they wire the rooms together, and compute nothing themselves."""
