"""statsforecast on a task: AutoETS, AutoTheta, or the mean of their quantiles."""

from frames import DECILES, told, write
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, AutoTheta

WIDTHS = [20, 40, 60, 80]
"""Central intervals, in percent, whose ends are the deciles."""


def main() -> None:
    task, model, output = told()
    task = task.filled()
    history, _ = task.in_nixtla_words()
    makers = {"AutoETS": AutoETS, "AutoTheta": AutoTheta}
    names = list(makers) if model == "ensemble" else [model]
    models = [makers[name](season_length=task.season) for name in names]
    frame = StatsForecast(models=models, freq=task.frequency, n_jobs=1).forecast(
        df=history[["unique_id", "ds", "y"]], h=task.horizon, level=WIDTHS
    )
    forecast = frame.rename(columns={"unique_id": "item_id", "ds": "timestamp"})
    for level in DECILES:
        forecast[str(level)] = forecast[[column(name, level) for name in names]].mean(axis=1)
    write(forecast, output)


def column(model: str, level: float) -> str:
    """The column of a quantile among the ends of the intervals."""
    width = round(abs(2 * level - 1) * 100)
    if not width:
        return model
    return f"{model}-{'lo' if level < 0.5 else 'hi'}-{width}"


if __name__ == "__main__":
    main()
