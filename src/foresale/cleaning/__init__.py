"""What the sales of a panel say of demand: stock-outs, closures, outliers and values carried forward."""
