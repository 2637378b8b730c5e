"""What items are: their names, the columns that describe them, what replaces them and what they are made of."""
