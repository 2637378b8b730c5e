"""A whole evaluation as JSON, for other programs."""

import json
from typing import TYPE_CHECKING, Any

import polars as pl
from polars import selectors

from foresale.narrate.evaluation import evaluation_sentences

if TYPE_CHECKING:
    from foresale.evaluation.evaluation import Evaluation


def to_json(evaluation: "Evaluation", *, metric: str | None = None) -> str:
    """Everything but the errors of single items, as one JSON object; unknown is null.

    Its members: `generator`; `settings`; `verdict`, the leaderboard in sentences; `leaderboard`, `confidence`,
    `winners`, `windows`, `steps`, `segments` and `calibration`, lists of rows with the columns of the tables of those
    names; `failed`, by model the reason; `notes`.

    Raises:
        ConfigError: no such error to rank by.
    """
    chosen = evaluation.ranked_by(metric)
    document: dict[str, Any] = {
        "generator": "Foresale",
        "settings": {
            "horizon": evaluation.horizon,
            "frequency": evaluation.frequency.name,
            "cutoffs": [str(window.outcome.cutoff.astype("datetime64[s]")) for window in evaluation.windows],
            "items": evaluation.items.height,
            "models": list(evaluation.models),
            "baseline": evaluation.baseline,
            "ranked_by": chosen,
        },
        "verdict": evaluation_sentences(evaluation, metric=chosen),
        "leaderboard": _rows(evaluation.leaderboard(chosen, whole=True)),
        "confidence": _rows(evaluation.confidence),
        "winners": _rows(evaluation.winners(chosen)),
        "windows": _rows(evaluation.to_frame("window")),
        "steps": _rows(evaluation.to_frame("step")),
        "segments": _rows(evaluation.to_frame("segment")),
        "calibration": _rows(evaluation.calibration()),
        "failed": dict(evaluation.failed),
        "notes": list(evaluation.notes),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    stamps = selectors.temporal().dt.to_string("%Y-%m-%dT%H:%M:%S")
    return frame.fill_nan(None).with_columns(stamps).to_dicts()
