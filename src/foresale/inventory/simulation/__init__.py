"""What orders would have done: stock followed day by day, over made-up demand or over what was really sold.

A period goes so: the stock is looked at and an order placed; what was due arrives; customers come; what has reached its
last day spoils; what is left is counted. An order with a lead time of L periods, placed in period t, can be sold from
period t + L on.
"""
