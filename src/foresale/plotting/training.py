"""The picture of how a network learnt."""

from typing import TYPE_CHECKING

import numpy as np

from foresale.plotting.charts import line_chart
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.forecasting.neural import NeuralForecaster


def training_chart(forecaster: "NeuralForecaster") -> Figure:
    """The validation loss of every member over the steps."""
    frame = forecaster.to_frame()
    steps = frame["step"].unique().sort().to_list()
    series = {}
    for (member,), rows in frame.partition_by("member", as_dict=True).items():
        losses = dict(zip(rows["step"], rows["validation"], strict=True))
        series[f"network {member + 1}"] = np.array([losses.get(step, np.nan) for step in steps])
    title = f"Training of {forecaster.name}"
    return line_chart(steps, series, title=title, x_title="step", y_title="validation loss")
