"""A report is made within its budget."""

from typing import Any

import pytest

from foresale.core.cores import workers
from foresale.data.synthetic import shop
from foresale.workflows import report as module
from foresale.workflows.budget import Budget
from foresale.workflows.inspect import inspected


def test_what_stands_beside_the_forecast_takes_no_more_threads_than_the_budget(monkeypatch: pytest.MonkeyPatch):
    seen: list[int] = []

    def spy(*args: Any, **named: Any) -> Any:
        seen.append(workers())
        return inspected(*args, **named)

    monkeypatch.setattr(module, "inspected", spy)
    how = module.ReportOptions(windows=0, items=0, trend=False, prices=False)
    module.report(shop(items=3, periods=120), horizon=7, model="seasonal-naive", how=how, budget=Budget(jobs=3))
    assert seen == [3]
