"""Where the windows of a step come from: series simulated or drawn from a corpus, by the number of the step alone."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.utils.data import Dataset

from foresale.training.pretrain.options import PretrainOptions
from foresale.training.pretrain.windowing import Task, cut
from foresale.training.simulate import MixOptions, SimulationConfig, draw_mixes, simulate

_MIXES = MixOptions(most=2, amplitude=0.5, noise=0.1)
_VALIDATION = 1_000_000_007
"""Steps from here on are those of validation: no step of training has their seed."""


@dataclass(frozen=True)
class SeriesStream(Dataset[Task]):
    """The windows of every step; the same step gives the same windows, in any process.

    Attributes:
        options: what is cut.
        corpus: real series [N, T], or None.
    """

    options: PretrainOptions
    corpus: Tensor | None = None

    def __getitem__(self, step: int) -> Task:
        generator = torch.Generator().manual_seed(self.options.seed * 2_000_000_033 + step)
        series, covariates = self.series(generator)
        return cut(series, self.options, generator=generator, covariates=covariates)

    def validation(self, number: int) -> Task:
        """The windows of one validation batch, which no step of training sees."""
        return self[_VALIDATION + number]

    def series(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """[series, length] new series, and [series, length, K] what moved the simulated ones and is known ahead."""
        options = self.options
        count, length = options.series, options.length
        real = round(count * options.real_share) if self.corpus is not None else 0
        parts, covariates = [], []
        if count > real:
            config = replace(SimulationConfig.of(options.unit), covariates=options.covariates)
            made = simulate(count - real, length, config, generator=generator)
            parts.append(made.values)
            covariates.append(made.covariates)
        if real and self.corpus is not None:
            parts.append(draw_mixes(self.corpus, real, generator=generator, options=_MIXES))
            covariates.append(torch.zeros(real, length, options.covariates))
        return torch.cat(parts), torch.cat(covariates)
