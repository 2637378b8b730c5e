from dataclasses import replace

import pytest

from foresale.core.errors import ConfigError
from foresale.training.simulate import MixOptions, SimulationConfig
from foresale.training.simulate.config import UNITS


@pytest.mark.parametrize("unit", UNITS)
def test_defaults_keep_many_series_free_of_covariate_effects(unit):
    assert SimulationConfig.of(unit).covariate_free >= 0.4


@pytest.mark.parametrize("unit", UNITS)
def test_only_days_and_hours_have_a_profile_of_the_week(unit):
    assert (SimulationConfig.of(unit).weekly > 0) == (unit in {"hour", "day"})
    assert (SimulationConfig.of(unit).daily > 0) == (unit == "hour")


@pytest.mark.parametrize(
    "wrong",
    [
        {"trend": 1.2},
        {"gaps": -0.1},
        {"level": (0.0, 5.0)},
        {"effect": (3.0, 2.0)},
        {"covariates": -1},
        {"level_median": 0.0},
        {"observations": (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)},
        {"compositions": (0.0, 0.0, 0.0)},
        {"unit": "year"},
    ],
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ConfigError):
        replace(SimulationConfig.of("day"), **wrong)


def test_other_types_are_refused():
    with pytest.raises(ConfigError, match="trend"):
        replace(SimulationConfig.of("day"), trend="up")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="most"):
        MixOptions(most=2.5)  # type: ignore[arg-type]
