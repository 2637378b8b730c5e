"""Prophet, told every day of the events as holidays, and promotions and prices as regressors, all multiplicative."""

import logging

import numpy as np
import pandas as pd
from prophet import Prophet
from shop_frames import each_shop, quantiles_of, regressors


def forecast(history: pd.DataFrame, future: pd.DataFrame) -> pd.DataFrame:
    """One model for each item."""
    parts = [one(rows, future[future["item_id"] == item]) for item, rows in history.groupby("item_id")]
    return pd.concat(parts)


def one(history: pd.DataFrame, future: pd.DataFrame) -> pd.DataFrame:
    """The forecast of one item."""
    days = pd.concat([history, future])
    marked = days[days["place"] != ""]
    holidays = pd.DataFrame({"ds": pd.to_datetime(marked["timestamp"]), "holiday": marked["place"]})
    model = Prophet(seasonality_mode="multiplicative", holidays=holidays if len(holidays) else None)
    for name in regressors(history):
        model.add_regressor(name)
    np.random.seed(0)
    model.fit(in_its_words(history).assign(y=history["sales"].to_numpy()), seed=0)
    samples = np.maximum(model.predictive_samples(in_its_words(future))["yhat"], 0)
    return future[["item_id", "timestamp"]].assign(mean=samples.mean(axis=1), **quantiles_of(samples))


def in_its_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as ds, and the regressors."""
    named = frame[["timestamp", *regressors(frame)]].rename(columns={"timestamp": "ds"})
    return named.assign(ds=pd.to_datetime(named["ds"])).reset_index(drop=True)


if __name__ == "__main__":
    logging.getLogger("cmdstanpy").disabled = True
    logging.getLogger("prophet").setLevel(logging.ERROR)
    each_shop(forecast)
