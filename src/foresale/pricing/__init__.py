"""What prices and promotions do, and which to choose."""
