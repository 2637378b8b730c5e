"""Sales as a person has them, a file or a data frame, are good for every wish; a frame is answered with a frame."""

import logging
from collections.abc import Callable
from functools import wraps
from os import PathLike
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, overload

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.data.read import read
from foresale.io.frame_kinds import FrameKind

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
else:
    IntoFrame = Any  # narwhals is loaded where a frame comes, not where a file does

logger = logging.getLogger(__name__)

Sales = Panel | str | PathLike[str] | IntoFrame
"""A panel, a path (or a folder, a glob, the URL of a database), or a data frame of any library."""
_Frame = TypeVar("_Frame", bound=IntoFrame)
_Settings = ParamSpec("_Settings")
_Result = TypeVar("_Result")
_Other = TypeVar("_Other")
_Beside = TypeVar("_Beside", covariant=True)

_SALES: Final = "a panel, a path or a data frame"


def panel_of(sales: Any, *, horizon: int | None = None) -> Panel:
    """The panel of sales that are one already, or of a file or a frame, read without any setting.

    Args:
        sales: a panel, a path, or a frame of pandas, polars, pyarrow or any library narwhals knows. What its names and
            values do not tell is told to `foresale.read` or `foresale.panel`, which make a panel.
        horizon: periods of the future that are needed.

    Raises:
        ConfigError: something else.
        DataError: sales that cannot be read.
    """
    return _read(sales, horizon=horizon)[0]


def _read(sales: Any, *, horizon: int | None = None) -> tuple[Panel, FrameKind | None]:
    """The panel of sales, and of what kind their frame is, where they are one."""
    if isinstance(sales, Panel):
        return sales, None
    kind = None if isinstance(sales, str | PathLike) else FrameKind.of(sales)
    if kind is None and not isinstance(sales, str | PathLike):
        raise ConfigError(f"sales are {_SALES}, not a {type(sales).__name__}")
    return read(sales, horizon=horizon), kind


def takes_sales(
    verb: Callable[Concatenate[Panel, _Settings], _Result],
) -> Callable[Concatenate[Sales, _Settings], _Result]:
    """A verb on a panel as one on a file or a frame too."""

    @wraps(verb)
    def run(sales: Sales, /, *given: _Settings.args, **settings: _Settings.kwargs) -> _Result:
        return verb(panel_of(sales, horizon=_horizon(settings)), *given, **settings)

    return run


class _Forecasting(Protocol[_Settings]):
    """A verb that answers a frame with a frame, and all else with a forecast."""

    @overload
    def __call__(
        self, sales: Panel | str | PathLike[str], /, *given: _Settings.args, **settings: _Settings.kwargs
    ) -> Forecast: ...
    @overload
    def __call__(self, sales: _Frame, /, *given: _Settings.args, **settings: _Settings.kwargs) -> _Frame: ...


class _Cleaning(Protocol[_Settings, _Beside]):
    """A verb that answers a frame with a frame and something beside it, and all else with a panel and that."""

    @overload
    def __call__(
        self, sales: Panel | str | PathLike[str], /, *given: _Settings.args, **settings: _Settings.kwargs
    ) -> tuple[Panel, _Beside]: ...
    @overload
    def __call__(
        self, sales: _Frame, /, *given: _Settings.args, **settings: _Settings.kwargs
    ) -> tuple[_Frame, _Beside]: ...


def answers_frames(verb: Callable[Concatenate[Panel, _Settings], Forecast]) -> _Forecasting[_Settings]:
    """A verb on a panel that makes of a file a forecast too, and of a frame a frame like it.

    A frame has no place for what a forecast says beside its numbers: notes are logged, and items that fell back on a
    simpler model are a warning of the log.
    """

    @wraps(verb)
    def run(sales: Any, /, *given: _Settings.args, **settings: _Settings.kwargs) -> Any:
        panel, kind = _read(sales, horizon=_horizon(settings))
        found = verb(panel, *given, **settings)
        if kind is None:
            return found
        for note in found.notes:
            logger.info("%s", note)
        for note in found.fallback_notes():
            logger.warning("%s", note)
        return kind.restore(found.to_frame())

    return run


def answers_clean_frames(
    verb: Callable[Concatenate[Panel, _Settings], tuple[Panel, _Other]],
) -> _Cleaning[_Settings, _Other]:
    """The same of a verb that gives a panel and something beside it; the sales keep the caller's name too."""

    @wraps(verb)
    def run(sales: Any, /, *given: _Settings.args, **settings: _Settings.kwargs) -> Any:
        found, kind = _read(sales)
        panel, other = verb(found, *given, **settings)
        if kind is None:
            return panel, other
        return kind.restore(panel.to_frame().rename({"sales": panel.sales_name})), other

    return run


def _horizon(settings: dict[str, Any]) -> int | None:
    """The horizon that a verb is told, where it is one; what is none the verb refuses in its own words."""
    horizon = settings.get("horizon")
    return horizon if isinstance(horizon, int) and horizon > 0 else None
