"""The wish: what to order."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.explanations.layered import layer_of
from foresale.forecasting.effects.raised import raised_days
from foresale.forecasting.names import AUTO
from foresale.inventory.defaults import USUAL_PERIODS, Defaults
from foresale.inventory.planning.make import make_plan
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.planning.plan import COLUMNS, Plan
from foresale.inventory.planning.seasons import read_seasons
from foresale.inventory.planning.slices import Frame
from foresale.inventory.read import Sources, read_inventory
from foresale.inventory.sold_at import SoldAt
from foresale.inventory.terms import Inventory
from foresale.io.schema.cells import parse_ids
from foresale.io.schema.recognise import recognise
from foresale.io.sources import fetch
from foresale.recommending.lift import Lift, with_lift
from foresale.workflows.forecast import Made, forecast_made
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import Sales, panel_of
from foresale.workflows.validate import check_names

_FARTHEST: Final = 4
"""Times the horizon that a panel is forecast ahead, at most, for orders that take long."""


@checked
def plan(
    demand: Sales | Forecast,
    *,
    stock: Any,
    terms: Any = None,
    horizon: int | None = None,
    model: Model | ModelConfig = AUTO,
    defaults: Defaults | None = None,
    options: PlanOptions | None = None,
    history: Panel | None = None,
    recommendations: Any = None,
) -> Plan:
    """What to order today of every item, what comes after, and where money is at stake.

    A panel is forecast first, as far ahead as its orders have to last.

    Args:
        demand: sales (a panel, a file or a frame), or a forecast of them.
        stock: a file or data frame of what is in stock; or `Sources`, which names suppliers, open orders and past
            deliveries too; or an `Inventory`.
        terms: a file or data frame with the terms of the items: supplier, lead time, packs, cost, price.
        horizon: periods that the plan looks ahead; four weeks of days, a quarter of weeks, or all of a forecast.
        model: what forecasts a panel, as in `foresale.forecast`; with its settings, as a `ModelConfig`.
        defaults: terms where no file tells.
        options: budget, room, aim, seed, and orders that were checked (`accept`).
        history: the sales that a forecast was made from, beside which odd orders are found; a panel is its own.
        recommendations: that are sent to customers: what `foresale recommend` wrote, a data frame, `Recommendations`,
            or a `Lift`, which tells how much they add to demand.

    Raises:
        DataError: every fault of every file of stock and terms, with its place and cure; likewise of recommendations.
        ConfigError: a setting that cannot be.

    >>> import polars as pl
    >>> from foresale.data.synthetic import shop
    >>> sales = shop(items=3, periods=120)
    >>> stock = pl.DataFrame({"sku": sales.items["item_id"], "on_hand": [0, 40, 900], "lead_time": 5, "price": 9.0})
    >>> plan(sales, stock=stock, horizon=14, model="seasonal-naive")
    <Plan of 3 items on 2023-05-01: 1 order for ...>
    """
    chosen = options or PlanOptions()
    if horizon is not None:
        chosen = replace(chosen, horizon=horizon)
    sent = recommendations if isinstance(recommendations, Lift | None) else Lift(recommendations)
    if isinstance(demand, Forecast):
        expected = demand if sent is None else with_lift(demand, sent)
        return _planned(expected, sources_of(stock, terms), defaults, chosen, history)
    return _from_panel(panel_of(demand), sources_of(stock, terms), ModelConfig.of(model), defaults, chosen, sent=sent)


def faults_beside(sources: Sources, *, defaults: Defaults | None = None) -> tuple[Fault, ...]:
    """What is wrong with the files of stock and terms, where the sales or the forecast cannot be read either.

    The items of the stock file stand for those of the sales.
    """
    try:
        raw = fetch(sources.stock)
        column = recognise(raw.frame.columns, needs="items").item[0]
    except DataError as error:
        return error.faults
    ids = parse_ids(raw.frame[column], from_text=raw.from_text)[0].drop_nulls().unique(maintain_order=True)
    items = pl.DataFrame({ITEM: ids, column: ids}) if column != ITEM else pl.DataFrame({ITEM: ids})
    try:
        read_terms(nothing(items, Frequency("day"), 0), sources, defaults)
    except DataError as error:
        return error.faults
    return ()


def sources_of(stock: Any, terms: Any) -> Sources | Inventory:
    """Where stock and terms stand, or what was read of them.

    Raises:
        ConfigError: terms beside an inventory, which has its own.
    """
    if isinstance(stock, Inventory):
        if terms is not None:
            raise ConfigError("an Inventory has its terms already: pass no others")
        return stock
    sources = stock if isinstance(stock, Sources) else Sources(stock)
    return sources if terms is None else replace(sources, items=terms)


def with_prices(told: Sources, panel: Panel) -> Sources:
    """The sources, and the prices of the sales for what no file tells."""
    return told if told.sold_at is not None else replace(told, sold_at=SoldAt.of(panel))


def _planned(
    demand: Forecast, told: Sources | Inventory, defaults: Defaults | None, options: PlanOptions, history: Panel | None
) -> Plan:
    if isinstance(told, Inventory):
        return make_plan(demand, told, options=options, history=history)
    told = told if history is None else with_prices(told, history)
    inventory, seasons = read_terms(demand, told, defaults)
    return make_plan(demand, inventory, options=options, seasons=seasons, history=history)


def _from_panel(
    panel: Panel,
    told: Sources | Inventory,
    config: ModelConfig,
    defaults: Defaults | None,
    options: PlanOptions,
    *,
    sent: Lift | None,
) -> Plan:
    """What is wrong with stock, terms and recommendations is said before a forecast that may take minutes."""
    horizon = options.horizon or USUAL_PERIODS[panel.frequency.unit]
    chosen = replace(options, horizon=horizon)
    keys = panel.named_items
    told = told if isinstance(told, Inventory) else with_prices(told, panel)
    before = nothing(keys, panel.frequency, int(panel.cutoffs.max()) + 1)
    inventory, seasons = (
        (told, Seasons.none(len(told))) if isinstance(told, Inventory) else read_terms(before, told, defaults)
    )
    if sent is not None:
        sent.units(keys)
    frame = Frame.of(before, inventory, chosen, seasons)
    made = forecast_made(panel, config, horizon=_far(frame, panel, horizon), remember=True)
    expected = made.forecast if sent is None else with_lift(made.forecast, sent)
    return _told_why(_planned(expected, told, defaults, chosen, panel), made)


def _far(frame: Frame, panel: Panel, horizon: int) -> int:
    """How many periods to forecast: as long as orders last, but no farther than known covariates reach.

    Covariates that end within the horizon itself bound nothing: who needs them refuses, and who does without need not
    stop. A replay, which has no horizon to show, forecasts as far as they reach.
    """
    far, known = min(int(frame.ahead(_FARTHEST * horizon).max()), _FARTHEST * horizon), int(panel.future.min())
    return min(far, known) if panel.known and known >= horizon else far


def _told_why(found: Plan, made: Made) -> Plan:
    """The plan, which knows what raises the demand of the items that it orders."""
    ordered = np.flatnonzero(found.lines.asked > 0)
    horizon = made.forecast.horizon
    effects = layer_of(made.forecaster, made.panel, horizon=horizon) if ordered.size else None
    if effects is None:
        return found
    return replace(found, raised=tuple(raised_days(made.panel, effects, ordered, horizon=horizon)))


def read_terms(demand: Forecast, sources: Sources, defaults: Defaults | None) -> tuple[Inventory, Seasons]:
    """Stock, terms and seasons of what a plan is made for, or every fault of all of them."""
    check_names(demand.items, COLUMNS, result="a plan")
    return stock_and_seasons(demand, sources, defaults)


def stock_and_seasons(demand: Forecast, sources: Sources, defaults: Defaults | None) -> tuple[Inventory, Seasons]:
    """Stock and terms of items, and when they end.

    Raises:
        DataError: every fault of all files.
    """
    faults: list[Fault] = []
    inventory = seasons = None
    try:
        inventory = read_inventory(demand, sources, defaults=defaults)
    except DataError as error:
        faults += error.faults
    try:
        seasons = read_seasons(demand.items, sources)
    except DataError as error:
        faults += error.faults
    if inventory is None or seasons is None:
        raise DataError(faults)
    return inventory, seasons


def nothing(items: pl.DataFrame, frequency: Frequency, start: int) -> Forecast:
    """A forecast of nothing, of which only the items and the day matter."""
    count = items.height
    return Forecast(
        items,
        frequency,
        np.full(count, start),
        np.zeros((count, 1, len(LEVELS)), np.float32),
        np.zeros((count, 1), np.float32),
    )
