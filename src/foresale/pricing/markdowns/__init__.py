"""Mark-downs: how stock that is left is sold until the end of its season."""
