"""MFLES or AutoARIMA of statsforecast on the logarithm of sales, told the days of events, promotions and prices.

A linear effect on the logarithm is what the shops have, so that the logarithm does the two a favour. The width of
MFLES is that of its own residuals: its conformal intervals would rest on two or three windows. Its regression has no
constant, so that all columns are centred. With a season of a year beside that of the week both erred more: the year
takes the events for its own. AutoARIMA is held to small orders: with those of its own it took minutes for an item.
"""

import sys
from statistics import NormalDist

import numpy as np
import pandas as pd
from shop_frames import LEVELS, each_shop, with_dummies
from statsforecast import StatsForecast
from statsforecast.models import MFLES, AutoARIMA


def forecast(history: pd.DataFrame, future: pd.DataFrame) -> pd.DataFrame:
    """All items with one model each."""
    history, future, columns = with_dummies(history, future)
    means = history.groupby("item_id")[columns].mean()
    history[columns] -= means.loc[history["item_id"]].to_numpy()
    future[columns] -= means.loc[future["item_id"]].to_numpy()
    words = {"item_id": "unique_id", "timestamp": "ds"}
    known = history.assign(y=np.log1p(history["sales"])).rename(columns=words)[["unique_id", "ds", "y", *columns]]
    ahead = future.rename(columns=words)[["unique_id", "ds", *columns]]
    known, ahead = (frame.assign(ds=pd.to_datetime(frame["ds"])) for frame in (known, ahead))
    library = StatsForecast(models=[model()], freq="D", n_jobs=1)
    found = library.forecast(df=known, h=ahead["ds"].nunique(), X_df=ahead if columns else None, fitted=True)
    fitted = library.forecast_fitted_values()
    name = next(column for column in found.columns if column not in {"unique_id", "ds"})
    spread = (fitted["y"] - fitted[name]).groupby(fitted["unique_id"]).std()
    width = found["unique_id"].map(spread).to_numpy()
    middle = found[name].to_numpy()
    quantiles = {str(level): up(middle + NormalDist().inv_cdf(level) * width) for level in LEVELS}
    return found.rename(columns={"unique_id": "item_id", "ds": "timestamp"}).assign(
        mean=up(middle + width**2 / 2), **quantiles
    )


def model() -> MFLES | AutoARIMA:
    """What the name of the output asks for."""
    if sys.argv[1] == "MFLES":
        return MFLES(season_length=7, multiplicative=False)
    return AutoARIMA(season_length=7, approximation=True, max_p=2, max_q=2, max_P=1, max_Q=1, allowdrift=False)


def up(values: np.ndarray) -> np.ndarray:
    """Sales of logarithms."""
    return np.maximum(np.expm1(np.minimum(values, 30)), 0)


if __name__ == "__main__":
    each_shop(forecast)
