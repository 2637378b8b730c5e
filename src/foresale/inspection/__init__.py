"""What is in a panel: its size, seasons, demand classes, covariates, stock-outs and outliers."""
