"""Pre-training without labels: series by the million teach a network what sales look like."""
