"""The networks at work: arrays in, quantiles out, in NumPy alone. Tokenise → backbone → head, without a gradient."""
