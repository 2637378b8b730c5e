"""What learns in a fine-tuning, and what is kept of it."""

import copy
from dataclasses import dataclass, replace

import torch
from torch import nn

from foresale.models.adapters import Adapted, AdapterConfig, InputAdapter
from foresale.models.lora import WeightChange
from foresale.models.network import Network
from foresale.training.finetune.options import FinetuneOptions


class Tuning(nn.Module):
    """A change of the weights of a network, and an adapter of what enters beside the sales.

    Attributes:
        change: what is added to the weights of the network.
        inputs: the adapter, or None where there is nothing to read.
    """

    def __init__(self, change: WeightChange, inputs: InputAdapter | None) -> None:
        super().__init__()
        self.change = change
        self.inputs = inputs

    @classmethod
    def fresh(cls, network: Network, options: FinetuneOptions, *, reads: AdapterConfig) -> "Tuning":
        """One that leaves the network as it is; where the head alone learns, tokens are not adapted either."""
        config = network.config
        reads = replace(reads, tokens=options.method != "head")
        inputs = InputAdapter(reads, patch=config.patch, width=config.width) if reads.reads else None
        return cls(WeightChange(network, options.method, rank=options.rank), inputs)

    def adapted(self, network: Network) -> Adapted:
        """The network with all that was learnt, standing alone."""
        return Adapted(self.change.merged(network), copy.deepcopy(self.inputs)).eval()

    def shortened(self, share: float) -> "Tuning":
        """A part of the way from the network as it was (Wortsman et al. 2022), in numbers that half precision holds."""
        copied = copy.deepcopy(self)
        copied.change.scaled(share)
        if copied.inputs is not None:
            copied.inputs.scaled(share)
        with torch.no_grad():
            for weight in copied.parameters():
                weight.copy_(weight.half())
        return copied


@dataclass(frozen=True)
class Tuned:
    """What a fine-tuning leaves.

    Attributes:
        tuning: what was learnt.
        share: how much of it is kept, 0 where the network was better as it was.
        before: validation loss of the network as it was.
        after: validation loss of what is kept.
        losses: (step, training loss, validation loss) at every validation, the first before any step.
    """

    tuning: Tuning
    share: float
    before: float
    after: float
    losses: tuple[tuple[int, float, float], ...]
