"""A table of sales becomes a panel: order lines are added up, periods laid out, items and covariates joined."""
