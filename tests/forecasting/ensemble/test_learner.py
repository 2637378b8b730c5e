from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from foresale.core.errors import ConfigError, MissingExtraError, TooShortError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Panel
from foresale.data.synthetic import shop
from foresale.forecasting.ensemble.learner import Candidate, EnsembleLearner, Fitted
from foresale.forecasting.naive import SeasonalNaive

HORIZON = 14


@dataclass(frozen=True)
class Shifted:
    """Seasonal naive, off by some units, that falls back for one item."""

    name: str
    shift: float
    fallen: str | None = None

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = SeasonalNaive().forecast(panel, horizon=horizon)
        fallbacks = {} if self.fallen is None else {self.fallen: f"{self.name} could not"}
        shifted = Forecast.of(panel, found.quantiles + self.shift, model=self.name, fallbacks=fallbacks)
        return replace(shifted, notes=())


@dataclass
class Recording:
    """A learner that keeps the panels it was fitted to."""

    name: str = "recording"
    seen: list[Panel] = field(default_factory=list)

    def fit(self, panel: Panel, *, horizon: int) -> Shifted:
        self.seen.append(panel)
        return Shifted(self.name, 0.0)


@dataclass(frozen=True)
class Failing:
    name: str
    error: Exception

    def fit(self, panel: Panel, *, horizon: int) -> Shifted:
        raise self.error


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=12, periods=200, seed=3)


def ready(*forecasters: Shifted) -> tuple[Candidate, ...]:
    return tuple(Candidate(Fitted(forecaster)) for forecaster in forecasters)


def test_what_was_nearer_to_the_sales_counts_more(panel: Panel) -> None:
    learner = EnsembleLearner(ready(Shifted("far", 60.0), Shifted("near", 0.0)))

    weights = learner.fit(panel, horizon=HORIZON).to_frame()

    steady = weights.filter((weights["segment"] == "steady") & (weights["member"] == "near"))
    assert steady["middle"].item() > 0.8


def test_the_forecast_is_the_weighted_mean_of_the_members(panel: Panel) -> None:
    learner = EnsembleLearner(ready(Shifted("low", 10.0), Shifted("high", 30.0)), windows=0)

    found = learner.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)

    naive = SeasonalNaive().forecast(panel, horizon=HORIZON)
    assert found.model == "auto"
    assert found.quantiles == pytest.approx(naive.quantiles + 20.0, rel=1e-4)


def test_an_item_for_which_a_member_fell_back_is_left_to_the_others(panel: Panel) -> None:
    item = str(panel.items["item_id"][4])
    learner = EnsembleLearner(ready(Shifted("fallen", 50.0, fallen=item), Shifted("able", 0.0)), windows=0)

    found = learner.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)

    naive = SeasonalNaive().forecast(panel, horizon=HORIZON).quantiles
    assert found.quantiles[4] == pytest.approx(naive[4], rel=1e-4, abs=1e-3)
    assert found.quantiles[5] == pytest.approx(naive[5] + 25.0, rel=1e-4)
    assert not found.fallbacks


def test_an_item_for_which_all_fell_back_is_named(panel: Panel) -> None:
    item = str(panel.items["item_id"][4])
    learner = EnsembleLearner(ready(Shifted("one", 1.0, fallen=item), Shifted("two", 3.0, fallen=item)), windows=0)

    found = learner.fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)

    assert found.fallbacks == {item: "one could not"}


def test_members_are_fitted_before_the_validation_windows_and_then_anew(panel: Panel) -> None:
    recording = Recording()

    EnsembleLearner((Candidate(recording),), windows=2).fit(panel, horizon=HORIZON)

    before, whole = recording.seen
    assert (before.cutoffs == panel.cutoffs - 2 * HORIZON).all()
    assert np.isnan(before.sales[~before.is_history]).all()
    assert (whole.cutoffs == panel.cutoffs).all()


@dataclass
class Renewable(Recording):
    def renew(self, fitted: Shifted, panel: Panel, *, horizon: int) -> Shifted:
        self.seen.append(panel)
        return replace(fitted, name="renewed")


@pytest.mark.parametrize(("windows", "name"), [(1, "renewed"), (3, "renewed"), (4, "recording")])
def test_what_can_be_renewed_is_so_where_the_newest_periods_are_few(panel: Panel, windows: int, name: str) -> None:
    renewable = Renewable()

    ensemble = EnsembleLearner((Candidate(renewable),), windows=windows).fit(panel, horizon=HORIZON)

    assert [member.name for member in ensemble.members] == [name]
    assert (renewable.seen[1].cutoffs == panel.cutoffs).all()


def test_nothing_after_the_cutoff_moves_the_forecast(panel: Panel) -> None:
    past = panel.back(HORIZON)
    sales = panel.sales.copy()
    late = panel.is_history & ~past.is_history
    sales[late] = sales[late] * 7 + 100
    changed = replace(panel, sales=sales).back(HORIZON)
    learner = EnsembleLearner(ready(Shifted("a", 4.0), Shifted("b", -3.0)))

    ours, theirs = (learner.fit(each, horizon=HORIZON).forecast(each, horizon=HORIZON) for each in (past, changed))

    assert np.array_equal(ours.quantiles, theirs.quantiles)


def test_a_candidate_that_cannot_learn_is_left_out_and_named(panel: Panel) -> None:
    candidates = (
        *ready(Shifted("able", 0.0)),
        Candidate(Failing("trees", MissingExtraError(purpose="trees", extra="trees"))),
    )

    ensemble = EnsembleLearner(candidates).fit(panel, horizon=HORIZON)

    assert [member.name for member in ensemble.members] == ["able"]
    assert any(note.startswith("trees was left out") and "foresale[trees]" in note for note in ensemble.notes)


def test_where_none_can_learn_the_first_reason_is_given(panel: Panel) -> None:
    candidates = tuple(Candidate(Failing(name, TooShortError([], source=name))) for name in ("one", "two"))

    with pytest.raises(TooShortError, match="one"):
        EnsembleLearner(candidates).fit(panel, horizon=HORIZON)


@dataclass(frozen=True)
class Breaking:
    """A forecaster that forecasts so many times, and then breaks."""

    name: str
    error: BaseException
    after: list[int] = field(default_factory=lambda: [0])

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        self.after[0] -= 1
        if self.after[0] < 0:
            raise self.error
        return SeasonalNaive().forecast(panel, horizon=horizon)


@pytest.mark.usefixtures("failing_members")
def test_whatever_a_candidate_raises_leaves_it_out_by_name_and_is_logged(
    panel: Panel, caplog: pytest.LogCaptureFixture
) -> None:
    candidates = (
        *ready(Shifted("able", 0.0)),
        Candidate(Failing("unfit", RuntimeError("no primitive"))),
        Candidate(Fitted(Breaking("mute", IndexError("out of bounds")))),
    )

    ensemble = EnsembleLearner(candidates).fit(panel, horizon=HORIZON)

    assert [member.name for member in ensemble.members] == ["able"]
    assert "unfit was left out: RuntimeError: no primitive" in ensemble.notes
    assert "mute was left out: IndexError: out of bounds" in ensemble.notes
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == [
        "no primitive",
        "out of bounds",
    ]


@pytest.mark.usefixtures("failing_members")
def test_a_member_that_breaks_when_it_forecasts_is_left_to_the_others(panel: Panel) -> None:
    breaking = Breaking("late", ZeroDivisionError("by zero"), [3])
    ensemble = EnsembleLearner(ready(Shifted("able", 0.0), breaking)).fit(panel, horizon=HORIZON)  # type: ignore[arg-type]
    assert [member.name for member in ensemble.members] == ["able", "late"]

    found = ensemble.forecast(panel, horizon=HORIZON)

    assert np.isfinite(found.quantiles).all()
    assert "late was left out: ZeroDivisionError: by zero" in found.notes


@dataclass
class FailingSecondTime(Recording):
    def fit(self, panel: Panel, *, horizon: int) -> Shifted:
        if self.seen:
            raise RuntimeError("out of luck")
        return super().fit(panel, horizon=horizon)


@pytest.mark.usefixtures("failing_members")
def test_a_member_that_breaks_when_it_is_fitted_anew_stays_as_it_was_measured(panel: Panel) -> None:
    ensemble = EnsembleLearner((Candidate(FailingSecondTime()),)).fit(panel, horizon=HORIZON)

    assert len(ensemble.members) == 1
    assert "recording learnt nothing of the newest periods: RuntimeError: out of luck" in ensemble.notes


@pytest.mark.usefixtures("failing_members")
def test_where_all_break_the_first_error_is_raised(panel: Panel) -> None:
    candidates = tuple(Candidate(Failing(name, RuntimeError(name))) for name in ("one", "two"))

    with pytest.raises(RuntimeError, match="one"):
        EnsembleLearner(candidates).fit(panel, horizon=HORIZON)


def test_who_stops_it_stops_it(panel: Panel) -> None:
    candidates = (*ready(Shifted("able", 0.0)), Candidate(Fitted(Breaking("stopped", KeyboardInterrupt()))))

    with pytest.raises(KeyboardInterrupt):
        EnsembleLearner(candidates).fit(panel, horizon=HORIZON)


def test_without_time_only_the_first_takes_part(panel: Panel) -> None:
    late = Recording("late")
    candidates = (*ready(Shifted("first", 0.0)), Candidate(late))

    ensemble = EnsembleLearner(candidates, seconds=1e-6).fit(panel, horizon=HORIZON)

    assert [member.name for member in ensemble.members] == ["first"]
    assert not late.seen
    assert any("late was left out" in note for note in ensemble.notes)


def test_a_short_history_is_forecast_with_the_usual_weights() -> None:
    short = shop(items=3, periods=10)
    learner = EnsembleLearner(ready(Shifted("low", 0.0), Shifted("high", 2.0)))

    ensemble = learner.fit(short, horizon=7)

    assert ensemble.calibration is None
    assert ensemble.to_frame()["middle"].unique().to_list() == [0.5]
    assert ensemble.forecast(short, horizon=7).quantiles.shape == (3, 7, len(LEVELS))


@pytest.mark.parametrize("wrong", [{"candidates": ()}, {"windows": -1}, {"seconds": 0.0}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    settings: dict[str, object] = {"candidates": ready(Shifted("one", 0.0))} | wrong

    with pytest.raises(ConfigError):
        EnsembleLearner(**settings)  # type: ignore[arg-type]
