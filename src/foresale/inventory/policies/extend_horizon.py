"""A forecast as a plan needs it: all items from the same day on, and as many steps as the plan looks ahead."""

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.frequency import Index


def first_day(forecast: Forecast) -> int:
    """The grid position of the first step that a plan made now is for: the latest that any item begins with."""
    return int(forecast.starts.max())


def stretched(forecast: Forecast, items: Index, *, steps: int) -> Forecast:
    """The forecast of some items over so many steps from `first_day` on.

    Where it does not reach so far, its last season (a week of days, a day of hours, all of it if it is shorter) comes
    again and again. Its spread stays the same, though it should grow: rather ask for a longer forecast.

    Args:
        forecast: of all items.
        items: [n] which ones.
        steps: how many steps are needed.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> rates = np.arange(8, dtype=np.float32)[None]
    >>> tea = Forecast(pl.DataFrame({"item_id": ["tea"]}), Frequency("day"), np.array([0]),
    ...                np.repeat(rates[:, :, None], 21, axis=2), rates)
    >>> stretched(tea, np.array([0]), steps=12).mean.tolist()
    [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0, 2.0, 3.0, 4.0]]
    """
    today, horizon = first_day(forecast), forecast.horizon
    season = min(forecast.frequency.season, horizon)
    at = (today - forecast.starts[items])[:, None] + np.arange(steps)
    source = np.where(at < horizon, at, horizon - season + (at - horizon) % season)
    plain = bool((source == np.arange(steps)).all()) and steps == horizon
    rows = items[:, None]
    return Forecast(
        items=forecast.items[items],
        frequency=forecast.frequency,
        starts=np.full(items.size, today),
        quantiles=forecast.quantiles[items] if plain else forecast.quantiles[rows, source],
        mean=forecast.mean[items] if plain else forecast.mean[rows, source],
        levels=forecast.levels,
        model=forecast.model,
        time_type=forecast.time_type,
        copula=forecast.copula,
    )
