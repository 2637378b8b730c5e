"""The market trend in a panel: growth, seasons, peaks and turning points of groups, and the items that rise or fall."""
