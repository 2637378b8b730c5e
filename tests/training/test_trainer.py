"""Steps, averages and the best weights, on a module of one weight."""

import pytest
import torch
from torch import Tensor, nn

from foresale.training.trainer import Trainer, decayed_groups


class One(nn.Module):
    """One weight, which begins at 1."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def loss(self) -> Tensor:
        return (self.weight * 10).sum()


def trainer_of(module: One, *, average: float = 0.9) -> Trainer[One]:
    return Trainer.start(module, decayed_groups(module), average=average, smoothing=0.5)


def test_the_average_remembers_more_the_longer_the_run_up_to_its_limit() -> None:
    module = One()
    trainer = trainer_of(module, average=0.15)
    mean = 1.0
    for step in range(1, 6):
        trainer.take(module.loss(), rate=0.1)
        decay = min(0.15, step / (step + 10))
        mean = decay * mean + (1 - decay) * float(module.weight.detach())
        assert float(trainer.averaged.weight) == pytest.approx(mean, rel=1e-5)
    assert not trainer.averaged.weight.requires_grad


def test_the_rate_is_that_of_the_step_and_gradients_are_shortened() -> None:
    module = One()
    trainer = trainer_of(module)
    trainer.take(module.loss(), rate=0.25)
    assert float(module.weight.detach()) == pytest.approx(0.75, rel=1e-4)  # Adam's first step is as long as its rate
    moments = trainer.optimizer.state_dict()["state"][0]["exp_avg"]
    assert float(moments) == pytest.approx(0.1 * 1.0, rel=1e-3)  # of a gradient of 10 that was shortened to 1


def test_gradients_add_up_before_the_weights_move() -> None:
    module = One()
    trainer = trainer_of(module)
    trainer.take(module.loss(), rate=0.1, accumulate=2)
    assert float(module.weight.detach()) == 1
    trainer.take(module.loss(), rate=0.1, accumulate=2)
    assert float(module.weight.detach()) < 1
    assert trainer.step == 2


def test_the_weights_that_validated_best_are_kept() -> None:
    module = One()
    trainer = trainer_of(module)
    for value in (3.0, 2.0, 4.0, 5.0):
        trainer.take(module.loss(), rate=0.1)
        trainer.check(value)
        if value == 2.0:
            best = float(trainer.averaged.weight)
    assert (trainer.best, trainer.stale) == (2.0, 2)
    assert float(trainer.best_weights["weight"]) == best
    assert [step for step, _, _ in trainer.losses] == [1, 2, 3, 4]
    progress = trainer.progress("training", steps=8, seconds=1.0, left=1.0)
    assert (progress.step, progress.validation) == (4, 2.0)
