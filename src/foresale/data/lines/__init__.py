"""Lines of orders: what each of them is, and what they come to."""
