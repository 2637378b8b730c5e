"""A step back in time: what was known before a moment, and what then happened."""
