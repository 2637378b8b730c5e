"""neuralforecast on a task: LSTM, TFT or PatchTST at their defaults, with a loss for nine quantiles.

LSTM and TFT read the covariates; static columns are left out, since they would have to be made numbers first. PatchTST
reads sales only. Training ends early where the time would not suffice for all steps, and the steps taken are told.
"""

import logging
from typing import Any

from frames import DECILES, Task, told, write
from neuralforecast import NeuralForecast
from neuralforecast.losses.pytorch import MQLoss
from neuralforecast.models import LSTM, TFT, PatchTST


def main() -> None:
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    task, name, output = told()
    task = task.filled()
    model = made(name, task)
    library = NeuralForecast(models=[model], freq=task.frequency)
    history, future = task.in_nixtla_words()
    library.fit(history)
    forecast = library.predict(futr_df=future if task.known else None).reset_index()
    columns = {f"{name}-{column(level)}": str(level) for level in DECILES}
    write(forecast.rename(columns={"unique_id": "item_id", "ds": "timestamp", **columns}), output)
    taken = library.models[0].train_trajectories
    print(f"NOTE {len(taken)} of {model.max_steps} steps")


def made(name: str, task: Task) -> Any:
    """The model at its defaults; TFT and PatchTST have none for the context, which is two horizons."""
    settings: dict[str, Any] = {
        "h": task.horizon,
        "loss": MQLoss(quantiles=DECILES),
        "start_padding_enabled": True,
        "accelerator": "cpu",
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "max_time": {"seconds": task.seconds_to_learn},
    }
    if name == "PatchTST":
        return PatchTST(input_size=2 * task.horizon, **settings)
    settings |= {"futr_exog_list": task.known or None, "hist_exog_list": task.past or None}
    return LSTM(**settings) if name == "LSTM" else TFT(input_size=2 * task.horizon, **settings)


def column(level: float) -> str:
    """How the library calls a quantile."""
    if level == 0.5:
        return "median"
    return f"{'lo' if level < 0.5 else 'hi'}-{round(abs(100 - 200 * level), 2)}"


if __name__ == "__main__":
    main()
