import pytest

from foresale.core.errors import ConfigError
from foresale.training.finetune.options import FinetuneOptions


@pytest.mark.parametrize(
    ("name", "value"),
    [("method", "all"), ("steps", 0), ("rank", 0), ("seconds", 0.0), ("rate", -1.0), ("average", 1.0), ("decay", -0.1)],
)
def test_settings_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=name):
        FinetuneOptions(**{name: value})  # type: ignore[arg-type]
