"""Which members the ensemble `auto` is made of, by how much time there is."""

from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal

from foresale.core.cores import idle_cores
from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.forecasting.boosted.learner import BoostedLearner
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.ensemble.learner import Candidate, EnsembleLearner
from foresale.forecasting.finetuned import FinetuneLearner
from foresale.forecasting.neural import NetworkLearner
from foresale.forecasting.ready import Ready
from foresale.forecasting.statistical import statistical
from foresale.networks.config import BackboneName
from foresale.storage.weights import pretrained
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.options import TrainOptions
from foresale.training.progress import Progress, Watcher

Effort = Literal["quick", "standard", "best"]
EFFORTS: Final[tuple[Effort, ...]] = ("quick", "standard", "best")

NETWORKS: Final[tuple[BackboneName, ...]] = ("lstm", "transformer")
"""The networks that can be trained on a shop's own sales."""

_WINDOWS: Final = {"quick": 2, "standard": 3, "best": 4}
_STATISTICAL: Final = ("ets", "mstl", "adida")
"""Those that said most beside a network on retail tasks, for steady and for intermittent demand."""


@dataclass(frozen=True)
class Budget:
    """How much may be spent on a forecast.

    Attributes:
        effort: "quick" weighs the pre-trained networks with statistical methods, which takes seconds; "standard" also
            grows trees and tunes the networks on the sales, which takes minutes; "best" also trains networks of their
            own, which takes many.
        seconds: time for learning, at most; what no longer fits in is left out and named.
        jobs: threads to compute on, or None for as many as there are idle cores.

    Raises:
        ConfigError: an unknown effort, no time, or no thread.
    """

    effort: Effort = "standard"
    seconds: float | None = None
    jobs: int | None = None

    def __post_init__(self) -> None:
        check_types(self)
        if self.effort not in EFFORTS:
            raise ConfigError(f"unknown effort {self.effort!r}: choose {', '.join(EFFORTS)}.")
        if self.seconds is not None and not self.seconds > 0:
            raise ConfigError(f"the time limit must be positive, not {self.seconds} seconds")
        if self.jobs is not None and self.jobs < 1:
            raise ConfigError(f"at least 1 thread is needed, not {self.jobs}")


def seconds_of(text: str) -> float:
    """A time limit in seconds, from words such as 90s, 10m, 1.5h or 90.

    Raises:
        ConfigError: no number, an unknown unit, or no time at all.

    >>> seconds_of("10m"), seconds_of("90"), seconds_of("1.5h")
    (600.0, 90.0, 5400.0)
    """
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    word = text.strip().lower()
    number, unit = (word[:-1], units[word[-1]]) if word[-1:] in units else (word, 1.0)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigError(f"a time limit is written as 90s, 10m or 1.5h, not {text!r}")
    return seconds


def auto_learner(*, budget: Budget, countries: tuple[str, ...], options: TrainOptions,
                 watch: Watcher | None = None) -> EnsembleLearner:  # fmt: skip
    """The ensemble that a budget allows, the members that bring most for their time first."""
    zero_shot = pretrained()
    candidates = [Candidate(Ready(zero_shot), belief=4.0)]
    candidates += [Candidate(Ready(statistical(name)), belief=0.4) for name in _STATISTICAL]
    if budget.effort != "quick":
        tuning = FinetuneOptions(seed=options.seed)
        reads = EffectOptions(countries, options.calendar, options.covariates)
        candidates.append(Candidate(boosted_learner(budget, countries, options, watch), belief=2.0))
        candidates.append(Candidate(FinetuneLearner(zero_shot, tuning, reads, watch), belief=3.0))
    if budget.effort == "best":
        candidates += [
            Candidate(NetworkLearner(backbone, options, countries, watch), belief=2.0) for backbone in NETWORKS
        ]
    return EnsembleLearner(
        tuple(candidates),
        windows=_WINDOWS[budget.effort],
        seconds=budget.seconds,
        seed=options.seed,
        told=None if watch is None else _Teller(watch, monotonic(), len(candidates)),
    )


def boosted_learner(budget: Budget, countries: tuple[str, ...], options: TrainOptions, watch: Watcher | None = None
                    ) -> BoostedLearner:  # fmt: skip
    """Boosted trees that read what the options let them, on as many threads as the budget has."""
    growing = BoostedOptions(seed=options.seed, threads=budget.jobs or idle_cores())
    return BoostedLearner(countries, growing, covariates=options.covariates, calendar=options.calendar,
                          watch=watch)  # fmt: skip


@dataclass(frozen=True)
class _Teller:
    """Tells a watcher of trainings what an ensemble begins."""

    watch: Watcher
    began: float
    count: int

    def __call__(self, stage: str, share: float) -> None:
        step = round(share * self.count) + 1
        self.watch(Progress(f"auto, {stage}", step, self.count, None, None, monotonic() - self.began, None))
