"""Series for training that nobody has seen before: simulated demand, and mixes of real demand."""

from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.mixup import MixOptions, draw_mixes, mix
from foresale.training.simulate.series import Simulated, simulate

__all__ = ["MixOptions", "Simulated", "SimulationConfig", "draw_mixes", "mix", "simulate"]
