"""How orders are decided: one decision for plans and simulations alike.

A `Policy` looks at a `Situation` (the terms, the stock and its ages, what is on the way, sample paths of the demand to
come) and says what it wants to order. A plan asks it today; a replay asks it at every review, with the stock that its
orders have led to. Both move stock by the same `Stepper`.
"""
