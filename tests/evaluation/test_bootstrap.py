"""The bootstrap is paired, keeps the true value in its intervals, and says nothing where it cannot."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.evaluation.bootstrap import count_blocks, distance, interval, resampled
from foresale.evaluation.scores import Outcome, Scores, WindowScores, metrics_of

PARTS = (
    "points",
    "actual",
    "absolute",
    "error",
    "symmetric",
    "loss",
    "width",
    "scalable",
    "scaled",
    "scaled_loss",
    "scalable_squares",
    "scaled_squares",
    "within_50",
    "within_80",
    "within_90",
    "within_98",
)


def windows_of(errors: dict[str, np.ndarray]) -> tuple[WindowScores, ...]:
    """A window for each column of errors [N, W]; every block sold 1 and was judged once."""
    items, count = next(iter(errors.values())).shape
    ones = np.ones(items)
    windows = []
    for window in range(count):
        outcome = Outcome(np.datetime64("2024-01-01"), np.arange(items), np.ones((items, 1), np.float32), ones, ones)
        models = {}
        for name, values in errors.items():
            own = dict.fromkeys(PARTS, ones) | dict.fromkeys(("absolute", "scaled", "scaled_loss"), values[:, window])
            models[name] = Scores(np.ones((items, 1), np.float32), own, {})
        windows.append(WindowScores(outcome, models))
    return tuple(windows)


def drawn(errors: dict[str, np.ndarray], **settings: int) -> dict[str, np.ndarray]:
    windows = windows_of(errors)
    return resampled(windows, np.arange(len(next(iter(errors.values())))), baseline=next(iter(errors)), **settings)


def test_the_first_row_is_the_metric_itself() -> None:
    errors = {name: np.random.default_rng(at).gamma(2, 1, (30, 4)) for at, name in enumerate("ab")}
    metrics = drawn(errors)
    for at, name in enumerate("ab"):
        assert metrics["mase"][0, at] == pytest.approx(errors[name].mean())
    assert metrics["fva"][0].tolist() == pytest.approx([0, errors["a"].mean() - errors["b"].mean()])
    assert metrics["skill"][0].tolist() == pytest.approx([0, 1 - errors["b"].mean() / errors["a"].mean()])


def test_all_metrics_of_the_first_row_are_those_of_the_sums() -> None:
    generator = np.random.default_rng(3)
    ones = np.ones(20)
    outcome = Outcome(np.datetime64("2024-01-01"), np.arange(20), np.ones((20, 1), np.float32), ones, ones)
    sums = {name: generator.gamma(2, 1, 20) for name in PARTS}
    window = WindowScores(outcome, {"a": Scores(np.ones((20, 1), np.float32), sums, {})})
    metrics = resampled([window], np.arange(20), baseline="a")
    expected = metrics_of({name: np.array([values.sum()]) for name, values in sums.items()})
    for name, value in expected.items():
        assert metrics[name][0] == pytest.approx(value), name


def test_intervals_hold_the_truth_when_items_and_weeks_have_their_own_errors() -> None:
    generator = np.random.default_rng(0)
    hits = 0
    for seed in range(120):
        own, week = generator.normal(0, 0.2, (25, 1)), generator.normal(0, 0.2, (1, 8))
        errors = 1 + own + week + generator.normal(0, 0.3, (25, 8))
        low, high = interval(drawn({"a": errors}, replicates=300, seed=seed)["mase"][1:, 0])
        hits += low <= 1 <= high
    assert hits / 120 > 0.88
    assert hits / 120 < 1


def test_what_is_hard_for_all_does_not_blur_a_difference() -> None:
    generator = np.random.default_rng(1)
    hard = generator.gamma(1, 3, (60, 3))
    metrics = drawn({"a": hard, "b": hard - 0.05 + generator.normal(0, 0.02, hard.shape)})
    low, high = interval(metrics["mase"][1:, 0])
    assert high - low > 1
    lower, upper = interval(metrics["mase"][1:, 1] - metrics["mase"][1:, 0])
    assert -0.07 < lower < upper < -0.03


def test_one_good_week_of_two_is_no_proof() -> None:
    errors = {"a": np.ones((200, 2)), "b": np.ones((200, 2)) - np.array([0.5, -0.1])}
    low, high = interval(drawn(errors)["mase"][1:, 1] - 1)
    assert low < 0 < high


def test_grouping_many_items_leaves_the_spread_as_it_is() -> None:
    errors = np.random.default_rng(2).gamma(0.5, 2, (5000, 1))
    spread = drawn({"a": errors})["mase"][1:, 0].std()
    assert spread == pytest.approx(errors.std() / np.sqrt(5000), rel=0.1)


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.01, 100), seed=st.integers(0, 1000))
def test_units_do_not_matter(factor: float, seed: int) -> None:
    errors = np.random.default_rng(seed).gamma(2, 1, (12, 3))
    one, two = (drawn({"a": each}, replicates=50, seed=seed)["mase"] for each in (errors, factor * errors))
    np.testing.assert_allclose(two, factor * one, rtol=1e-9)


def test_the_same_seed_draws_the_same() -> None:
    errors = {"a": np.random.default_rng(4).gamma(2, 1, (9, 2))}
    assert np.array_equal(drawn(errors, seed=5)["sql"], drawn(errors, seed=5)["sql"])
    assert not np.array_equal(drawn(errors, seed=5)["sql"], drawn(errors, seed=6)["sql"])


def test_only_the_items_asked_for_count() -> None:
    errors = np.concatenate([np.ones((5, 2)), np.full((5, 2), 9.0)])
    windows = windows_of({"a": errors})
    assert np.all(resampled(windows, np.arange(5), baseline="a")["mase"] == 1)
    assert count_blocks(windows, np.arange(5)) == 10
    nothing = resampled(windows, np.array([], np.int64), baseline="a")
    assert np.isnan(nothing["mase"]).all()
    assert np.isnan(interval(nothing["mase"][1:])).all()


def test_distance_is_less_for_the_better_whatever_the_metric() -> None:
    assert distance("skill", np.array([0.5])) < distance("skill", np.array([0.1]))
    assert distance("bias", np.array([-0.1])) < distance("bias", np.array([0.2]))
    assert distance("coverage_98", np.array([0.97])) < distance("coverage_98", np.array([1.0]))
    assert distance("sql", np.array([0.5])) == 0.5
