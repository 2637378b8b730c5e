"""Pre-trained networks go on learning on the sales of one shop."""
