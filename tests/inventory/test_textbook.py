"""Policies against stockpyl 1.0.2 (MIT), whose numbers for random cases lie beside this file; it is not needed to run.

Each row holds the arguments in the order in which the tests unpack them, and then what stockpyl computed.
"""

import json
from pathlib import Path

import numpy as np

from foresale.inventory.costs import Costs
from foresale.inventory.eoq import economic_order
from foresale.inventory.minmax import min_max_power

GOLDEN = json.loads(Path(__file__).with_name("stockpyl.json").read_text())


def columns(name):
    return np.array(GOLDEN[name]).T


def test_economic_order():
    demand, ordering, holding, quantity, cost = columns("eoq")
    ours = economic_order(demand, ordering=ordering, holding=holding)
    np.testing.assert_allclose(ours.quantity, quantity, rtol=1e-6)
    np.testing.assert_allclose(ours.cost, cost, rtol=1e-6)


def test_economic_order_with_backorders():
    demand, ordering, holding, backorder, quantity, share, cost = columns("eoq_backorders")
    ours = economic_order(demand, ordering=ordering, holding=holding, backorder=backorder)
    np.testing.assert_allclose(ours.quantity, quantity, rtol=1e-6)
    np.testing.assert_allclose(ours.backordered, share, rtol=1e-6)
    np.testing.assert_allclose(ours.cost, cost, rtol=1e-6)


def test_min_max_power():
    mean, sd, ordering, holding, backorder, least, most = columns("ss_power")
    ours = min_max_power(mean, sd, costs=Costs(ordering, holding, backorder))
    np.testing.assert_allclose(ours.least, least, rtol=1e-6)
    np.testing.assert_allclose(ours.most, most, rtol=1e-6)
