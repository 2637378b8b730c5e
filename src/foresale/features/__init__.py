"""What models read beside sales: what a covariate is, and codes of categories."""
