"""When shops were closed, found in what they sold: weekdays and hours of items, and periods of whole shops."""
