"""Which promotions to run: what, when and how deep, for profit."""
