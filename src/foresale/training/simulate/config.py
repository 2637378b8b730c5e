"""How often every ingredient of a simulated series is switched on, and how strong it is."""

from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types

SimulatedUnit = Literal["hour", "day", "week", "month"]
Range = tuple[float, float]
_SIZES: Final = frozenset({"level_median", "level_spread", "trend_size", "calmer"})
UNITS: Final[tuple[SimulatedUnit, ...]] = ("hour", "day", "week", "month")


@dataclass(frozen=True)
class SimulationConfig:
    """Probabilities of the ingredients (share of series that have them) and ranges of their strength.

    Strengths are on the scale of the logarithm of demand: a season of 0.3 moves it by about ±30 %.

    Attributes:
        unit: length of a period; it decides which calendar the seasons follow.
        covariates: channels K of covariates known ahead.
        level: lowest and highest level of demand per period.
        level_median: the median level.
        level_spread: standard deviation of the level's logarithm, to base 10.
        irregularity: range of a factor on all that is irregular: trends, shifts, drifts, one-offs and noise.
        calmer: how much calmer larger series are: a level ten times the median has 10^-calmer of the turmoil.
        compositions: weights of: all factors multiply; season and trend add, effects multiply; all add.
        trend: share with a trend of some kind.
        trend_size: typical total change over the series.
        shift: share with sudden changes of level.
        drift: share with a slow smooth drift (a Gaussian process).
        drift_size: range of its standard deviation.
        evolving: share with a season that is not the same every time (a narrow-band Gaussian process).
        daily: share with a profile of the hours of a day (hours only).
        opening: share with opening hours, zero outside of them (hours only).
        weekly: share with a profile of the days of a week (hours and days).
        weekly_size: range of its standard deviation.
        closed_day: share closed on one day of the week.
        monthly: share with pay days, or with the number of days in a month.
        yearly: share with a profile of the year.
        yearly_size: range of its standard deviation.
        fixed_events: share with peaks or dips on fixed dates.
        moving_events: share with peaks or dips on dates that move from year to year.
        one_offs: share with spikes and dips that never come again.
        closures: share closed on a few dates of every year.
        covariate_free: share whose covariates have no effect at all (absent, or there but without effect).
        covariate_silent: share of the covariate-free whose channels are all 0.
        hidden: share of the effects whose covariate is not shown.
        effect: range of a covariate's factor on demand.
        elasticity: range of the price elasticity, as a positive number.
        correlated: share with correlated noise (ARMA, seasonal ARMA) under the observations.
        correlated_size: range of its standard deviation.
        regimes: share whose noise is calm at times and wild at others.
        observations: weights of Poisson, negative binomial, lognormal, gamma, normal and Student-t; all 0: exact.
        dispersion: range of the noise's coefficient of variation beyond Poisson.
        outliers: share with single cells far out.
        capped: share that never sells more than a capacity (seats, shelves, machines).
        whole: share of the continuous ones rounded to whole units.
        packs: share sold in packs.
        intermittent: share that sells only now and then.
        intermittent_rate: range of the share of periods with a sale.
        launch: share that comes to market after the first period.
        launch_zeros: share of the launched with zeros instead of unknown values before.
        ending: share that fades out before the last period.
        gaps: share with unknown cells or blocks.
        stockouts: share with periods without stock.
        stockout_unknown: share of those whose periods without stock are unknown instead of zero.
        degenerate: share of all-zero, constant, near-constant and tiny-count series.
        foreign: share of series that are no retail: sine mixes, random walks, Gaussian processes.
        signed: share of the foreign ones that may be negative.

    Raises:
        ConfigError: a share outside of 0 to 1, a range that is none, or an unknown unit.
    """

    unit: SimulatedUnit
    covariates: int = 3
    level: Range = (0.02, 50_000.0)
    level_median: float = 12.0
    level_spread: float = 1.25
    irregularity: Range = (0.15, 1.3)
    calmer: float = 0.15
    compositions: tuple[float, float, float] = (0.7, 0.15, 0.15)
    trend: float = 0.6
    trend_size: float = 1.0
    shift: float = 0.2
    drift: float = 0.4
    drift_size: Range = (0.04, 0.6)
    evolving: float = 0.2
    daily: float = 0.0
    opening: float = 0.0
    weekly: float = 0.0
    weekly_size: Range = (0.06, 0.8)
    closed_day: float = 0.0
    monthly: float = 0.2
    yearly: float = 0.6
    yearly_size: Range = (0.04, 0.7)
    fixed_events: float = 0.3
    moving_events: float = 0.25
    one_offs: float = 0.15
    closures: float = 0.0
    covariate_free: float = 0.45
    covariate_silent: float = 0.5
    hidden: float = 0.1
    effect: Range = (1.1, 5.0)
    elasticity: Range = (0.5, 4.0)
    correlated: float = 0.5
    correlated_size: Range = (0.02, 0.5)
    regimes: float = 0.15
    observations: tuple[float, float, float, float, float, float] = (0.22, 0.3, 0.18, 0.1, 0.12, 0.08)
    dispersion: Range = (0.02, 0.8)
    outliers: float = 0.06
    capped: float = 0.03
    whole: float = 0.5
    packs: float = 0.05
    intermittent: float = 0.1
    intermittent_rate: Range = (0.02, 0.7)
    launch: float = 0.15
    launch_zeros: float = 0.2
    ending: float = 0.08
    gaps: float = 0.12
    stockouts: float = 0.12
    stockout_unknown: float = 0.4
    degenerate: float = 0.03
    foreign: float = 0.08
    signed: float = 0.5

    def __post_init__(self) -> None:
        check_types(self)
        if self.unit not in UNITS:
            raise ConfigError(f"unknown unit {self.unit!r}. Use one of {', '.join(UNITS)}.")
        for name in _names(float):
            if name not in _SIZES and not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")
        for name in _names(Range):
            low, high = getattr(self, name)
            if not 0 < low <= high:
                raise ConfigError(f"{name} is a range of positive numbers, low to high, not {(low, high)}")
        if (
            self.covariates < 0
            or self.level_median <= 0
            or self.level_spread < 0
            or min(self.trend_size, self.calmer) < 0
        ):
            raise ConfigError(
                "covariates, level_spread, trend_size and calmer are not below 0, level_median is above 0"
            )
        if min(*self.observations, *self.compositions) < 0 or sum(self.compositions) <= 0:
            raise ConfigError("weights are not below 0, and those of the compositions not all 0")

    @classmethod
    def of(cls, unit: SimulatedUnit) -> "SimulationConfig":
        """The defaults of a unit, wide enough to cover real shops.

        >>> SimulationConfig.of("day").weekly > SimulationConfig.of("month").weekly
        True
        """
        return cls(unit=unit, **_DEFAULTS.get(unit, {}))

    @classmethod
    def bare(cls, unit: SimulatedUnit) -> "SimulationConfig":
        """Nothing switched on: each series is its level, exactly. Switch on what is wanted with `replace`.

        >>> from dataclasses import replace
        >>> replace(SimulationConfig.bare("day"), weekly=1.0).yearly
        0.0
        """
        shares = {name: 0.0 for name in _names(float) if name not in _SIZES}
        exact = {
            "covariate_free": 1.0,
            "covariate_silent": 1.0,
            "observations": (0.0,) * 6,
            "compositions": (1.0, 0.0, 0.0),
        }
        settings: dict[str, Any] = _DEFAULTS.get(unit, {}) | shares | exact
        return cls(unit=unit, **settings)


def _names(kind: object) -> list[str]:
    return [field.name for field in fields(SimulationConfig) if field.type == kind]


_DEFAULTS: Final[dict[SimulatedUnit, dict[str, Any]]] = {
    "hour": {
        "daily": 0.9,
        "opening": 0.45,
        "weekly": 0.75,
        "closed_day": 0.1,
        "yearly": 0.3,
        "level_median": 12.0,
        "closures": 0.1,
        "trend": 0.4,
        "trend_size": 0.5,
        "moving_events": 0.1,
        "monthly": 0.1,
    },
    "day": {"weekly": 0.8, "closed_day": 0.08, "closures": 0.15},
    "week": {"yearly": 0.75, "fixed_events": 0.35, "level_median": 25.0, "trend_size": 1.2},
    "month": {
        "yearly": 0.8,
        "yearly_size": (0.05, 0.9),
        "monthly": 0.3,
        "level_median": 80.0,
        "fixed_events": 0.1,
        "moving_events": 0.15,
        "trend": 0.75,
        "trend_size": 1.8,
        "drift": 0.55,
        "drift_size": (0.06, 0.8),
        "dispersion": (0.02, 0.5),
        "correlated": 0.4,
        "correlated_size": (0.02, 0.3),
        "covariate_free": 0.5,
        "stockouts": 0.06,
        "intermittent": 0.08,
        "one_offs": 0.12,
    },
}
