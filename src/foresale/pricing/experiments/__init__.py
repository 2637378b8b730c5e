"""Planned tests of prices: where nothing else tells what a price does, it is drawn by lot."""
