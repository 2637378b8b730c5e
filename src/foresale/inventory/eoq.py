"""The economic order quantity: the size of an order that balances what ordering costs against what holding costs."""

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers, not_negative, numbers, positive


def economic_order(demand: npt.ArrayLike, *, ordering: npt.ArrayLike, holding: npt.ArrayLike) -> Numbers:
    """[N] the order quantity √(2 K λ / h) of steady demand, in units (Harris 1913).

    Args:
        demand: units per unit of time.
        ordering: money per order.
        holding: money per unit and unit of time.

    Raises:
        ConfigError: a cost that is not above zero, or a demand below it.

    >>> economic_order(1300, ordering=8, holding=0.225).round(4).item()
    304.0468
    """
    ordering, holding = positive(ordering=ordering, holding=holding)
    (demand,) = not_negative(demand=demand)
    return numbers(np.sqrt(2 * ordering * demand / holding))
