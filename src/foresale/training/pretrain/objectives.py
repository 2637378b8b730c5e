"""The self-supervised objectives, over one pass of the network."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.models.heads import QuantileHead
from foresale.models.network import NetworkModule
from foresale.networks.config import NetworkConfig
from foresale.training.pretrain.options import Objectives
from foresale.training.pretrain.windowing import Task

_PROJECTED = 64  # width of the views that are compared
_TEMPERATURE = 0.1  # of the contrast (Chen et al. 2020)
_FAR = 6.0  # scaled units from which on a sale is drawn in


class Pretraining(nn.Module):
    """A network with the heads that only pre-training needs."""

    def __init__(self, config: NetworkConfig, objectives: Objectives) -> None:
        super().__init__()
        self.objectives = objectives
        self.network = NetworkModule(config)
        if objectives.following:
            self.following = QuantileHead(
                config.width, patch=config.patch, levels=config.levels, dropout=config.dropout
            )
        if objectives.mean:
            self.mean = nn.Linear(config.width, 1)
        if objectives.contrast:
            self.project = nn.Linear(config.width, _PROJECTED)

    def loss(self, task: Task) -> dict[str, Tensor]:
        """Each objective's loss, a scalar, by name, before it is weighed."""
        network, wanted = self.network, self.objectives
        states, real, scale = network.states(task.batch)
        horizon = task.batch.horizon
        ahead = -(-horizon // network.config.patch)
        past = states.shape[1] - ahead
        actual = scale.apply(task.actual).clamp(-_FAR, _FAR)
        known = task.known.float()
        losses = {"horizon": network.head.loss(network.head(states[:, past:])[:, :horizon].float(), actual, known)}
        context = scale.apply(task.context).clamp(-_FAR, _FAR)
        skip = -context.shape[1] % network.config.patch
        if wanted.spans and bool(task.hidden.any()):
            found = network.head(states[:, :past])[:, skip:].float()
            losses["spans"] = network.head.loss(found, context, task.hidden.float())
        if wanted.following:
            found = self.following(states[:, : past - 1]).float()
            later = slice(network.config.patch - skip, None)
            losses["following"] = self.following.loss(found, context[:, later], task.batch.observed[:, later].float())
        if wanted.mean:
            mean = (actual * known).sum(dim=1) / known.sum(dim=1).clamp(min=1)
            losses["mean"] = F.smooth_l1_loss(self.mean(states[:, past - 1]).float()[:, 0], mean)
        if wanted.contrast:
            losses["contrast"] = self._contrast(states[:, :past], real[:, :past])
        return losses

    def total(self, task: Task) -> Tensor:
        """The weighted sum of the objectives."""
        parts = self.loss(task)
        return torch.stack([getattr(self.objectives, name) * value for name, value in parts.items()]).sum()

    def _contrast(self, states: Tensor, real: Tensor) -> Tensor:
        """InfoNCE between the two halves of each context: near those of one series, far from those of others."""
        half = states.shape[1] // 2
        views = []
        for part in (slice(half), slice(half, None)):
            weight = real[:, part, None].to(states.dtype)
            pooled = (states[:, part] * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)
            views.append(F.normalize(self.project(pooled).float(), dim=-1))
        both = real[:, :half].any(dim=1) & real[:, half:].any(dim=1)
        near = views[0][both] @ views[1][both].T / _TEMPERATURE
        if not len(near):
            return near.sum()
        return F.cross_entropy(near, torch.arange(len(near), device=near.device))
