"""Which members the ensemble `auto` is made of, by how much time there is."""

from dataclasses import dataclass
from time import monotonic
from typing import Final

from foresale.core.cores import workers
from foresale.forecasting.boosted.learner import BoostedLearner
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.ensemble.learner import Candidate, EnsembleLearner
from foresale.forecasting.finetuned import FinetuneLearner
from foresale.forecasting.fitted import Fitted
from foresale.forecasting.names import NETWORKS
from foresale.forecasting.neural import NetworkLearner
from foresale.forecasting.statistical import statistical
from foresale.storage.weights import pretrained
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.options import TrainOptions
from foresale.training.progress import Progress, Watcher
from foresale.workflows.budget import Budget

_WINDOWS: Final = {"quick": 2, "standard": 3, "best": 4}
_STATISTICAL: Final = ("ets", "mstl", "adida")
"""Those that said most beside a network on retail tasks, for steady and for intermittent demand."""


def auto_learner(
    *, budget: Budget, countries: tuple[str, ...], options: TrainOptions, watch: Watcher | None = None
) -> EnsembleLearner:
    """The ensemble that a budget allows, the members that bring most for their time first."""
    zero_shot = pretrained()
    candidates = [Candidate(Fitted(zero_shot), prior_weight=4.0)]
    candidates += [Candidate(Fitted(statistical(name)), prior_weight=0.4) for name in _STATISTICAL]
    if budget.effort != "quick":
        tuning = FinetuneOptions(seed=options.seed)
        reads = EffectOptions(countries, options.calendar, options.covariates)
        candidates.append(Candidate(boosted_learner(budget, countries, options, watch), prior_weight=2.0))
        candidates.append(Candidate(FinetuneLearner(zero_shot, tuning, reads, watch), prior_weight=3.0))
    if budget.effort == "best":
        candidates += [
            Candidate(NetworkLearner(backbone, options, countries, watch), prior_weight=2.0) for backbone in NETWORKS
        ]
    return EnsembleLearner(
        tuple(candidates),
        windows=_WINDOWS[budget.effort],
        seconds=budget.seconds,
        seed=options.seed,
        on_stage=None if watch is None else _Teller(watch, monotonic(), len(candidates)),
    )


def boosted_learner(
    budget: Budget, countries: tuple[str, ...], options: TrainOptions, watch: Watcher | None = None
) -> BoostedLearner:
    """Boosted trees that read what the options let them, on as many threads as the budget has."""
    growing = BoostedOptions(seed=options.seed, threads=budget.jobs or workers())
    return BoostedLearner(countries, growing, covariates=options.covariates, calendar=options.calendar, watch=watch)


@dataclass(frozen=True)
class _Teller:
    """Tells a watcher of trainings what an ensemble begins."""

    watch: Watcher
    began: float
    count: int

    def __call__(self, stage: str, share: float) -> None:
        step = round(share * self.count) + 1
        self.watch(Progress(f"auto, {stage}", step, self.count, None, None, monotonic() - self.began, None))
