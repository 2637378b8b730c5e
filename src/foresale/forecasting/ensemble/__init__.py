"""Several forecasters become one: measured on the newest known periods, weighed, and calibrated."""
