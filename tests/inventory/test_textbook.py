"""Policies against stockpyl 1.0.2 (MIT), whose numbers for random cases lie beside this file; it is not needed to run.

Each row holds the arguments in the order in which the tests unpack them, and then what stockpyl computed.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from foresale.inventory.costs import Costs
from foresale.inventory.eoq import economic_order
from foresale.inventory.minmax import min_max_cost_poisson, min_max_poisson, min_max_power
from foresale.inventory.newsvendor import (
    newsvendor_cost_normal,
    newsvendor_cost_poisson,
    newsvendor_normal,
    newsvendor_poisson,
)
from foresale.inventory.reorder import (
    LeadDemand,
    best_point,
    best_reorder,
    best_reorder_poisson,
    reorder_cost,
    reorder_cost_poisson,
)

GOLDEN = json.loads(Path(__file__).with_name("stockpyl.json").read_text())


def columns(name):
    return np.array(GOLDEN[name]).T


def test_newsvendor_normal():
    mean, sd, overage, underage, order, cost = columns("newsvendor_normal")
    ours = newsvendor_normal(mean, sd, underage=underage, overage=overage)
    np.testing.assert_allclose(ours, np.maximum(order, 0), rtol=1e-6)
    costs = newsvendor_cost_normal(order, mean=mean, sd=sd, underage=underage, overage=overage)
    np.testing.assert_allclose(costs, cost, rtol=1e-6)


def test_newsvendor_normal_cost_of_any_order():
    order, mean, sd, overage, underage, cost = columns("newsvendor_normal_cost")
    ours = newsvendor_cost_normal(order, mean=mean, sd=sd, underage=underage, overage=overage)
    np.testing.assert_allclose(ours, cost, rtol=1e-6)


def test_newsvendor_poisson():
    mean, overage, underage, order, cost = columns("newsvendor_poisson")
    assert newsvendor_poisson(mean, underage=underage, overage=overage).tolist() == order.tolist()
    ours = newsvendor_cost_poisson(order, mean=mean, underage=underage, overage=overage)
    np.testing.assert_allclose(ours, cost, rtol=1e-6)


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


def test_reorder_cost():
    point, quantity, rate, sd, lead, ordering, holding, backorder, cost = columns("rq_cost")
    demand = LeadDemand.of(rate=rate, sd=sd, lead=lead)
    costs = Costs(ordering=ordering, holding=holding, backorder=backorder)
    np.testing.assert_allclose(reorder_cost(point, quantity, demand=demand, costs=costs), cost, rtol=1e-6)


def test_best_reorder_point():
    quantity, rate, sd, lead, _, holding, backorder, point = columns("rq_point")
    demand = LeadDemand.of(rate=rate, sd=sd, lead=lead)
    costs = Costs(ordering=1, holding=holding, backorder=backorder)
    np.testing.assert_allclose(best_point(quantity, demand=demand, costs=costs), point, rtol=1e-6)


def test_best_reorder_has_no_better_neighbour():
    _, _, rate, sd, lead, ordering, holding, backorder, _ = columns("rq_cost")
    demand = LeadDemand.of(rate=rate, sd=sd, lead=lead)
    costs = Costs(ordering=ordering, holding=holding, backorder=backorder)
    best = best_reorder(demand, costs=costs)
    np.testing.assert_allclose(reorder_cost(best.point, best.quantity, demand=demand, costs=costs), best.cost)
    for point, quantity in ((1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99), (1.01, 0.99)):
        near = reorder_cost(best.point * point, best.quantity * quantity, demand=demand, costs=costs)
        assert (near > best.cost).all()


def test_reorder_poisson():
    rate, lead, ordering, holding, backorder, point, quantity, cost = columns("rq_poisson")
    best = best_reorder_poisson(rate=rate, lead=lead, costs=Costs(ordering, holding, backorder))
    assert best.point.tolist() == point.tolist()
    assert best.quantity.tolist() == quantity.tolist()
    np.testing.assert_allclose(best.cost, cost, rtol=1e-6)


def test_reorder_poisson_cost():
    point, quantity, rate, lead, ordering, holding, backorder, cost = columns("rq_poisson_cost")
    ours = reorder_cost_poisson(point, quantity, rate=rate, lead=lead, costs=Costs(ordering, holding, backorder))
    np.testing.assert_allclose(ours, cost, rtol=1e-6)


def test_min_max_poisson():
    mean, ordering, holding, backorder, least, most, cost = columns("ss_poisson")
    best = min_max_poisson(mean, costs=Costs(ordering, holding, backorder))
    assert best.least.tolist() == least.tolist()
    assert best.most.tolist() == most.tolist()
    np.testing.assert_allclose(best.cost, cost, rtol=1e-6)


def test_min_max_cost():
    least, most, mean, ordering, holding, backorder, cost = columns("ss_cost")
    ours = min_max_cost_poisson(least, most, mean=mean, costs=Costs(ordering, holding, backorder))
    np.testing.assert_allclose(ours, cost, rtol=1e-6)


def test_min_max_power():
    mean, sd, ordering, holding, backorder, least, most = columns("ss_power")
    ours = min_max_power(mean, sd, costs=Costs(ordering, holding, backorder))
    np.testing.assert_allclose(ours.least, least, rtol=1e-6)
    np.testing.assert_allclose(ours.most, most, rtol=1e-6)


@pytest.mark.parametrize("lead", [0, 2])
def test_min_max_agrees_with_a_simulation(lead):
    """A long replay of (s, S) with a lead time costs what the formula says."""
    costs = Costs(ordering=30, holding=1, backorder=9)
    best = min_max_poisson(4.0, costs=costs, lead=lead)
    least, most = best.least.item(), best.most.item()
    sold = np.random.default_rng(3).poisson(4.0, (400, 1500))
    position, net = np.full(400, most), np.full(400, most)
    due = np.zeros((400, 1500 + lead + 1))
    total = np.zeros(400)
    for day in range(1500):
        ordered = np.where(position <= least, most - position, 0.0)
        due[:, day + lead] += ordered
        net = net + due[:, day] - sold[:, day]
        position = position + ordered - sold[:, day]
        total += 30 * (ordered > 0) + np.maximum(net, 0) + 9 * np.maximum(-net, 0)
    assert total.mean() / 1500 == pytest.approx(best.cost.item(), rel=0.01)
