"""AutoGluon-TimeSeries on a task: `medium_quality`, without the members whose weights come from a hub."""

import tempfile

import pandas as pd
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor
from frames import DECILES, told, write

DOWNLOADED = ["Chronos2", "Toto2"]


def main() -> None:
    task, _, output = told()
    sales = TimeSeriesDataFrame.from_data_frame(task.history, static_features_df=task.items)
    with tempfile.TemporaryDirectory() as folder:
        predictor = TimeSeriesPredictor(
            target="sales",
            prediction_length=task.horizon,
            freq=task.frequency,
            known_covariates_names=task.known,
            quantile_levels=DECILES,
            eval_metric="SQL",
            path=folder,
        )
        predictor.fit(
            sales,
            presets="medium_quality",
            excluded_model_types=DOWNLOADED,
            time_limit=round(task.seconds_to_learn),
        )
        ahead = TimeSeriesDataFrame.from_data_frame(task.future) if task.known else None
        forecast = pd.DataFrame(predictor.predict(sales, known_covariates=ahead)).reset_index()
        write(forecast, output)
        members = [name for name in predictor.model_names() if "Ensemble" not in name]
        print(f"NOTE of {', '.join(members)}; {' and '.join(DOWNLOADED)} need a download")


if __name__ == "__main__":
    main()
