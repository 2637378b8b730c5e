"""Answers to other wishes than quantiles of every period: sums, chances of a sale, the best day, expected sales."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import torch
from torch import Tensor

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.pretrained import PretrainedForecaster, slices_of_like_history
from foresale.forecasting.sight import Sight, View
from foresale.models.adapters import Adapted
from foresale.models.tasks import Task
from foresale.training.finetune.heads import TaughtHead, teach
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.finetune.plan import Plan


@dataclass(frozen=True)
class TaskForecaster:
    """A head of its own for each network of a specialist, over backbones that stay as they came; answers are averaged.

    Attributes:
        task: what is asked for.
        view: how windows are read.
        heads: one for each network.
        horizon: the horizon it was learnt for.
    """

    task: Task
    view: View
    heads: tuple[TaughtHead, ...] = field(repr=False)
    horizon: int

    def answer(self, panel: Panel) -> npt.NDArray[np.float32]:
        """What the task asks for, of every item over the horizon after its cutoff.

        Returns:
            Quantiles [N, K, 21] of the sums of K blocks (one for "total"), or one number for each period [N, H]: the
            probability of a sale or of the peak, or the expected sales.

        Raises:
            ModelError: the panel has another frequency than the one learnt from.
        """
        if panel.frequency != self.view.frequency:
            learnt, given = self.view.frequency.name, panel.frequency.name
            raise ModelError(f"the head was taught on {learnt} sales, these are {given}. Teach one on them.")
        sight = self.view.over(panel, horizon=self.horizon)
        levels = len(self.heads[0].head.levels)
        found = np.empty((len(panel), *self.task.outputs(horizon=self.horizon, levels=levels)), np.float32)
        for items in slices_of_like_history(sight.whole):
            found[items] = self._answers(sight, items).numpy()
        return found

    def to_frame(self, panel: Panel) -> pl.DataFrame:
        """The answer in long form: item_id, the period or block counted from 1, and its quantiles or its value."""
        answer = self.answer(panel)
        steps = answer.shape[1]
        frame = panel.items.select(ITEM)[np.repeat(np.arange(len(panel)), steps).tolist()]
        columns = [pl.Series("period", np.tile(np.arange(1, steps + 1), len(panel)))]
        if answer.ndim == 3:
            columns += [pl.Series(str(level), answer[..., q].ravel()) for q, level in enumerate(LEVELS)]
        else:
            columns.append(pl.Series(self.task.target, answer.ravel()))
        return frame.with_columns(columns)

    @torch.inference_mode()
    def _answers(self, sight: Sight, items: Index) -> Tensor:
        shown = sight.shown(items, sight.whole.panel.history[items])
        answers = []
        for network, taught in zip(self.view.specialist.networks, self.heads, strict=True):
            adapted = Adapted(network, None).eval()
            both = (adapted.states(shown), adapted.states(shown, turned=True))
            told = taught.head(both[0][0], adapted.quantiles(shown, flip=True, states=both), both[0][1])
            answers.append(taught.head.answer(told, both[0][1], horizon=self.horizon))
        return torch.stack(answers).mean(dim=0)


@dataclass(frozen=True)
class TaskLearner:
    """Teaches heads of a task on the history of a panel.

    Attributes:
        start: the forecaster whose networks are read.
        task: what is asked for.
        options: the settings; the method is always that of a head.
    """

    start: PretrainedForecaster
    task: Task
    options: FinetuneOptions = field(default_factory=lambda: FinetuneOptions("head"))

    def fit(self, panel: Panel, *, horizon: int) -> TaskForecaster:
        """Heads that have seen the history of a panel and nothing after its cutoffs.

        Raises:
            ConfigError: a horizon shorter than one period, or not of whole blocks.
            ModelError: no network for periods of this unit.
            TooShortError: no item is long enough to learn from.

        >>> from foresale.data.synthetic import shop
        >>> from foresale.storage.weights import pretrained
        >>> options = FinetuneOptions("head", steps=2, batch=4, pool=20, validated=8)
        >>> sales = shop(items=3, periods=150)
        >>> TaskLearner(pretrained(), Task("sale"), options).fit(sales, horizon=7).answer(sales).shape
        (3, 7)
        """
        if horizon < 1:
            raise ConfigError(f"a horizon has at least one period, not {horizon}")
        self.task.length(horizon)
        specialist = self.start.specialist(panel.frequency)
        view = View(specialist, panel.frequency, None)
        chosen = panel.select(np.arange(0, len(panel), -(-len(panel) // self.options.items)))
        options = self.options
        plan = Plan.of(chosen.history, context=specialist.context, horizon=horizon, windows=options.windows,
                       most=options.validated, seed=options.seed)  # fmt: skip
        sight = view.over(chosen, horizon=horizon)
        heads = (teach(network, self.task, sight.example, plan, options) for network in specialist.networks)
        return TaskForecaster(self.task, view, tuple(heads), horizon)
