"""The economic order quantity: the size of an order that balances what ordering costs against what holding costs."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers, not_negative, numbers, positive


@dataclass(frozen=True)
class OrderQuantity:
    """Orders of one size, of N items.

    Attributes:
        quantity: [N] units per order.
        cost: [N] money per unit of time, for orders, holding and backorders.
        backordered: [N] share of demand that waits for the next order; zero where none may wait.
    """

    quantity: Numbers
    cost: Numbers
    backordered: Numbers = field(repr=False)


def economic_order(demand: npt.ArrayLike, *, ordering: npt.ArrayLike, holding: npt.ArrayLike,
                   backorder: npt.ArrayLike | None = None) -> OrderQuantity:  # fmt: skip
    """The order quantity √(2 K λ / h) of steady demand (Harris 1913).

    Where demand may wait at a cost p per unit and unit of time, orders are larger by √((h + p) / p), and the share
    h / (h + p) of demand waits (Zipkin 2000, section 3.3).

    Args:
        demand: units per unit of time.
        ordering: money per order.
        holding: money per unit and unit of time.
        backorder: money per unit and unit of time that a customer waits; by default none waits.

    Raises:
        ConfigError: a cost that is not above zero, or a demand below it.

    >>> plain = economic_order(1300, ordering=8, holding=0.225)
    >>> round(plain.quantity.item(), 4), round(plain.cost.item(), 4)
    (304.0468, 68.4105)
    >>> waiting = economic_order(1300, ordering=8, holding=0.225, backorder=5)
    >>> round(waiting.quantity.item(), 4), round(waiting.cost.item(), 4), round(waiting.backordered.item(), 4)
    (310.8126, 66.9214, 0.0431)
    """
    ordering, holding = positive(ordering=ordering, holding=holding)
    (demand,) = not_negative(demand=demand)
    ratio = np.ones(()) if backorder is None else _ratio(holding, backorder)
    cost = np.sqrt(2 * ordering * demand * holding * ratio)
    quantity = np.sqrt(2 * ordering * demand / (holding * ratio))
    return OrderQuantity(quantity, cost, np.broadcast_to(1 - ratio, np.shape(quantity)))


def _ratio(holding: Numbers, backorder: npt.ArrayLike) -> Numbers:
    (waiting,) = positive(backorder=backorder)
    return numbers(waiting / (holding + waiting))
