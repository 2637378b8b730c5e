"""demandplan on a task: its quick start, a champion per item out of its default candidates."""

from demandplan.pipeline import champion_challenger
from frames import DECILES, told, write


def main() -> None:
    task, _, output = told()
    task = task.filled()
    history, _ = task.in_nixtla_words()
    sales = history[["unique_id", "ds", "y"]].assign(y=history["y"].clip(lower=0))
    found = champion_challenger(sales, horizon=task.horizon, season_length=task.season, quantiles=tuple(DECILES))
    names = {f"q{round(level * 100):02d}": str(level) for level in DECILES}
    forecast = found.forecasts.rename(columns={"unique_id": "item_id", "ds": "timestamp", **names})
    write(forecast, output)


if __name__ == "__main__":
    main()
