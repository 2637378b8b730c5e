"""Regular prices: which to ask for, what that brings, and what it loses where the effect is at its wrong end."""
