import pytest

from foresale.core.errors import ConfigError
from foresale.training.finetune.options import FinetuneOptions


def test_few_windows_are_learnt_from_in_small_steps() -> None:
    options = FinetuneOptions(batch=64, pool=1_500)
    assert (options.sized(4_000).batch, options.sized(4_000).pool) == (64, 1_500)
    assert (options.sized(50).batch, options.sized(50).pool) == (25, 400)
    assert (options.sized(1).batch, options.sized(1).pool) == (16, 64)
    assert (FinetuneOptions(batch=4, pool=10).sized(1).batch, FinetuneOptions(batch=4, pool=10).sized(1).pool) == (
        4,
        10,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("method", "all"), ("steps", 0), ("rank", 0), ("seconds", 0.0), ("rate", -1.0), ("average", 1.0), ("decay", -0.1)],
)
def test_settings_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=name):
        FinetuneOptions(**{name: value})  # type: ignore[arg-type]
