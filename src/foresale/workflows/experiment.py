"""The wishes: a planned test of prices, and what one that ran says."""

from typing import Any

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.io.sources import fetch
from foresale.pricing.effects.cube import PriceCube, price_cube
from foresale.pricing.effects.regular import current_price
from foresale.pricing.experiments.analyse import ExperimentResult, analyse_experiment as analyse
from foresale.pricing.experiments.design import Experiment, design_experiment
from foresale.pricing.experiments.options import ExperimentOptions
from foresale.workflows.clean import clean
from foresale.workflows.market import unit_costs
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def experiment(panel: Panel, *, options: ExperimentOptions | None = None) -> Experiment:
    """The cheapest test of prices that tells an elasticity as surely as is asked for, as a calendar of prices.

    Args:
        panel: sales with prices: a panel, a path or a data frame; a column `cost` of the items tells what a unit costs.
        options: width of the interval, and bounds.

    Raises:
        ConfigError: no prices, or bounds within which nothing can be learnt.

    >>> from foresale.data.synthetic import shop
    >>> experiment(shop(items=3, periods=800, seed=1), options=ExperimentOptions(width=3.0))
    <Experiment over weeks: ... width ...>
    """
    options = options or ExperimentOptions()
    cube = _cube(panel, options)
    price = current_price(cube)
    cost, notes = unit_costs(panel, cube, price, options.margin)
    return design_experiment(
        cube, options, price=price, cost=cost, notes=(*cube.notes, *notes), currency=panel.currency
    )


@takes_sales
@checked
def analyse_experiment(panel: Panel, *, ran: Any, options: ExperimentOptions | None = None) -> ExperimentResult:
    """What a test of prices says that ran.

    Args:
        panel: sales with the prices that were charged, those of the test and of the time before.
        ran: the calendar of the test, as `Experiment.to_frame` gives it: a path or a data frame.
        options: `level`, `place` and `seed` count.

    Raises:
        ConfigError: a calendar that is none, or that is not of these sales.
        DataError: a file that cannot be read.

    >>> from foresale.data.synthetic import shop
    >>> garden = shop(items=3, periods=800, seed=1)
    >>> design = experiment(garden.back(91), options=ExperimentOptions(width=3.0, periods=12))
    >>> analyse_experiment(garden, ran=design.to_frame())
    <ExperimentResult of ... products: ... unsound>
    """
    options = options or ExperimentOptions()
    return analyse(_cube(panel, options), fetch(ran).frame, level=options.level, seed=options.seed)


def _cube(panel: Panel, options: ExperimentOptions) -> PriceCube:
    """Sales and prices; stock-outs become unknown demand."""
    return price_cube(clean(panel)[0], place=options.place)
