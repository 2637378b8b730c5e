"""From a forecast to what to order: stock and terms, policies, levels out of sample paths, limits over items together.

Every policy takes arrays over items and gives arrays over items. Money is in one currency, demand and stock in units.
An order placed now with a lead time of L periods can be sold from step L of the forecast on (0 is the first step); the
next order, R periods later, from step R + L on. What is ordered now must therefore last over the protection interval,
the steps 0 to R + L - 1.
"""
