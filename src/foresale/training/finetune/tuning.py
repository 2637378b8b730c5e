"""What learns in a fine-tuning, and what is kept of it."""

import copy
from dataclasses import replace

import torch
from torch import nn

from foresale.models.adapters import AdaptedModule, InputAdapterModule
from foresale.models.lora import WeightChangeModule
from foresale.models.network import NetworkModule
from foresale.networks.adapters import AdapterConfig
from foresale.networks.tuning import Tuning
from foresale.training.finetune.options import FinetuneOptions


class TuningModule(nn.Module):
    """A change of the weights of a network, and an adapter of what enters beside the sales.

    Attributes:
        change: what is added to the weights of the network.
        inputs: the adapter, or None where there is nothing to read.
    """

    def __init__(self, change: WeightChangeModule, inputs: InputAdapterModule | None) -> None:
        super().__init__()
        self.change = change
        self.inputs = inputs

    @classmethod
    def fresh(cls, network: NetworkModule, options: FinetuneOptions, *, reads: AdapterConfig) -> "TuningModule":
        """One that leaves the network as it is; where the head alone learns, tokens are not adapted either."""
        config = network.config
        reads = replace(reads, tokens=options.method != "head")
        inputs = InputAdapterModule(reads, patch=config.patch, width=config.width) if reads.reads else None
        return cls(WeightChangeModule(network, options.method, rank=options.rank), inputs)

    @classmethod
    def of(cls, tuning: Tuning, network: NetworkModule) -> "TuningModule":
        """What was learnt before, in tensors."""
        change, inputs = WeightChangeModule.of(tuning.change, network), tuning.inputs
        return cls(change, None if inputs is None else InputAdapterModule.of(inputs, width=network.config.width))

    def learnt(self) -> Tuning:
        """What it is now, without a gradient."""
        return Tuning(self.change.learnt(), None if self.inputs is None else self.inputs.learnt())

    def adapted(self, network: NetworkModule) -> AdaptedModule:
        """The network with all that was learnt, standing alone."""
        return AdaptedModule(self.change.merged(network), copy.deepcopy(self.inputs)).eval()

    def shortened(self, share: float) -> "TuningModule":
        """A part of the way from the network as it was (Wortsman et al. 2022), in numbers that half precision holds."""
        copied = copy.deepcopy(self)
        copied.change.scaled(share)
        if copied.inputs is not None:
            copied.inputs.scaled(share)
        with torch.no_grad():
            for weight in copied.parameters():
                weight.copy_(weight.half())
        return copied
