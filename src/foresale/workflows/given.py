"""What a workflow is given, before it begins."""

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel


def check_panel(panel: object) -> None:
    """See that it is a panel: a file or a data frame has to become one first, which says how it was understood.

    Raises:
        ConfigError: it is something else.

    >>> from foresale.data.synthetic import shop
    >>> check_panel(shop(items=2, periods=20))
    """
    if not isinstance(panel, Panel):
        raise ConfigError(f"this is a {type(panel).__name__}, not a panel: make one with foresale.read or .panel first")
