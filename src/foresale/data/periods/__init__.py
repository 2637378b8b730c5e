"""The grid that the rows lie on: one row for each item and period, and what is known beyond the last one."""
