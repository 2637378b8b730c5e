"""Counts of customers and items, against counts by hand."""

import numpy as np

from foresale.core.interactions import Interactions
from foresale.recommending.demand import Demand
from foresale.recommending.profiles import Profiles
from foresale.recommending.visits import Visits


def test_buyers_of_the_last_days(orders: Interactions) -> None:
    visits = Visits.of(orders)
    day = int(visits.day.max()) - 20
    demand = Demand.of(visits.before(day), day)
    for days, count in demand.buyers.items():
        for item in range(visits.shape[1]):
            rows = (visits.item == item) & (visits.day >= day - days) & (visits.day < day)
            assert count[item] == len(set(visits.customer[rows].tolist()))
    first = [visits.day[visits.item == item].min() for item in range(visits.shape[1])]
    assert demand.age.tolist() == [day - each for each in first]


def test_profiles_of_customers(orders: Interactions) -> None:
    visits = Visits.of(orders)
    day = int(visits.day.max()) + 5
    profiles = Profiles.of(visits, day)
    for customer in range(0, visits.shape[0], 7):
        days = sorted(set(visits.day[visits.customer == customer].tolist()))
        assert profiles.visits[customer] == len(days)
        assert profiles.away[customer] == day - days[-1]
        if len(days) > 1:
            assert np.isclose(profiles.usual[customer], (days[-1] - days[0]) / (len(days) - 1))
        mine = visits.customer == customer
        item = int(visits.item[mine][0])
        assert profiles.times[customer, item] == (mine & (visits.item == item)).sum()
        assert profiles.since[customer, item] == day - visits.day[mine & (visits.item == item)].max()
