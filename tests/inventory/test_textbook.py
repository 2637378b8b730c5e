"""Policies against stockpyl 1.0.2 (MIT), whose numbers for random cases lie beside this file; it is not needed to run.

Each row holds the arguments in the order in which the tests unpack them, and then what stockpyl computed.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import norm

from foresale.inventory.costs import Costs
from foresale.inventory.eoq import economic_order
from foresale.inventory.minmax import min_max_power
from foresale.inventory.reorder import LeadDemand, reorder_point_cycle, reorder_point_fill

GOLDEN = json.loads(Path(__file__).with_name("stockpyl.json").read_text())


def columns(name):
    return np.array(GOLDEN[name]).T


def test_economic_order():
    demand, ordering, holding, quantity = columns("eoq")
    np.testing.assert_allclose(economic_order(demand, ordering=ordering, holding=holding), quantity, rtol=1e-6)


def test_reorder_points_keep_their_service():
    """After an order of Q at r the position is as likely anywhere up to r + Q, and a unit waits that is beyond it."""
    rng = np.random.default_rng(0)
    rate, sd, lead, lead_sd = (rng.uniform(low, high, 20) for low, high in ((50, 500), (5, 40), (0.5, 4), (0, 1)))
    quantity, target = rng.uniform(20, 900, 20), rng.uniform(0.7, 0.995, 20)
    demand = LeadDemand.of(rate=rate, sd=sd, lead=lead, lead_sd=lead_sd)
    point = reorder_point_fill(demand, quantity, target=target)
    position = point[:, None] + quantity[:, None] * (np.arange(20_000) + 0.5) / 20_000
    served = norm.cdf(position, rate[:, None] * lead[:, None], demand.sd[:, None]).mean(axis=1)
    np.testing.assert_allclose(served, target, atol=1e-5)
    in_stock = norm.cdf(reorder_point_cycle(demand, target=target), demand.mean, demand.sd)
    np.testing.assert_allclose(in_stock, target, rtol=1e-9)


def test_min_max_power():
    mean, sd, ordering, holding, backorder, least, most = columns("ss_power")
    ours = min_max_power(mean, sd, costs=Costs(ordering, holding, backorder))
    np.testing.assert_allclose(ours.least, least, rtol=1e-6)
    np.testing.assert_allclose(ours.most, most, rtol=1e-6)
