"""Pictures as data: what plotly draws, without the package, which is larger than all of ours.

A figure holds traces and a layout by the names of plotly's own schema (plotly.com/javascript/reference), and becomes
JSON for a page, which carries the script that draws it, or a figure of the package plotly, where that is installed.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from foresale.core.extras import optional_module

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

_DIGITS: Final = 6
"""Digits of a number in a picture: more than can be seen, and a third of the letters."""


class Node(dict[str, Any]):
    """A part of a figure, whose entries can be read as attributes; what is not set is None.

    >>> Node({"line": {"color": "red"}}).line.color, Node({}).name
    ('red', None)
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        super().__init__({name: _node(value) for name, value in entries.items()})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def merge(self, entries: Mapping[str, Any]) -> None:
        """Set entries; those of parts that are there already are merged into them."""
        for name, value in entries.items():
            own = self.get(name)
            if isinstance(own, Node) and isinstance(value, Mapping):
                own.merge(value)
            else:
                self[name] = _node(value)


class Figure:
    """Traces and a layout, with the verbs of plotly's figure that our pictures use.

    Attributes:
        data: the traces, each with its `type`.
        layout: titles, axes, legend, shapes and annotations.

    >>> figure = Figure()
    >>> figure.add_bar(x=["tea"], y=[3.0])
    >>> figure.update_layout(title={"text": "Sales"}).layout.title.text, figure.data[0].type
    ('Sales', 'bar')
    """

    def __init__(self) -> None:
        self.data: list[Node] = []
        self.layout = Node({"xaxis": {}, "yaxis": {}, "shapes": [], "annotations": []})
        self._axes = 1

    @classmethod
    def of_rows(cls, heights: Sequence[float], *, spacing: float, shared: bool = True) -> "Figure":
        """A figure of several rows, the first above, over one horizontal axis or each over its own.

        Args:
            heights: the rows' shares of the height.
            spacing: share of it between two.
            shared: whether they have the horizontal axis in common.

        >>> Figure.of_rows((0.5, 0.5), spacing=0.5).layout.yaxis.domain
        [0.75, 1.0]
        """
        figure = cls()
        figure._axes = len(heights)
        room = 1 - spacing * (len(heights) - 1)
        top = 1.0
        for row, height in enumerate(heights, start=1):
            number = "" if row == 1 else str(row)
            bottom = 0 if row == len(heights) else top - room * height
            figure.layout[f"yaxis{number}"] = Node({"domain": [bottom, top], "anchor": f"x{number}"})
            matches = "x" if shared and row > 1 else None
            figure.layout[f"xaxis{number}"] = Node({"anchor": f"y{number}", "matches": matches})
            top = bottom - spacing
        return figure

    def add_trace(self, *, type: str, row: int = 1, **entries: Any) -> None:  # noqa: A002 - plotly's own word
        """Add a trace of some kind, in one of the rows."""
        place = {} if row == 1 else {"xaxis": f"x{row}", "yaxis": f"y{row}"}
        self.data.append(Node({"type": type, **place, **entries}))

    def add_scatter(self, **entries: Any) -> None:
        """Add lines, marks or text."""
        self.add_trace(type="scatter", **entries)

    def add_bar(self, **entries: Any) -> None:
        """Add bars."""
        self.add_trace(type="bar", **entries)

    def add_heatmap(self, **entries: Any) -> None:
        """Add a table of colours."""
        self.add_trace(type="heatmap", **entries)

    def add_shape(self, **entries: Any) -> None:
        """Add a line or a rectangle."""
        self.layout.shapes.append(Node(entries))

    def add_annotation(self, **entries: Any) -> None:
        """Add a word at a place."""
        self.layout.annotations.append(Node(entries))

    def add_vline(self, *, x: Any, line: Mapping[str, Any]) -> None:
        """Add a vertical line through the whole picture."""
        self.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="y domain", line=line)

    def add_hline(self, *, y: Any, line: Mapping[str, Any]) -> None:
        """Add a horizontal line through the whole picture."""
        self.add_shape(type="line", x0=0, x1=1, xref="x domain", y0=y, y1=y, line=line)

    def update_layout(self, **entries: Any) -> "Figure":
        """Set parts of the layout, and return the figure."""
        self.layout.merge(entries)
        return self

    def update_xaxes(self, *, row: int | None = None, **entries: Any) -> "Figure":
        """Set parts of the horizontal axis, of one row or of all, and return the figure."""
        return self._update_axes("xaxis", row, entries)

    def update_yaxes(self, *, row: int | None = None, **entries: Any) -> "Figure":
        """Set parts of the vertical axis, of one row or of all, and return the figure."""
        return self._update_axes("yaxis", row, entries)

    def _update_axes(self, name: str, row: int | None, entries: Mapping[str, Any]) -> "Figure":
        for number in range(1, self._axes + 1) if row is None else (row,):
            self.layout.merge({f"{name}{'' if number == 1 else number}": entries})
        return self

    def update_traces(self, **entries: Any) -> "Figure":
        """Set parts of all traces, and return the figure."""
        for trace in self.data:
            trace.merge(entries)
        return self

    def to_json(self) -> str:
        """The figure as plotly's script reads it; unknown numbers are null, times are written without what is zero."""
        return json.dumps(self._entries(_DIGITS), separators=(",", ":"))

    def to_plotly(self) -> "PlotlyFigure":
        """The same as a figure of the package plotly.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        plotly = optional_module("plotly.graph_objects", purpose="a picture as a figure of plotly", extra="plot")
        made: PlotlyFigure = plotly.Figure(self._entries(digits=None))
        return made.update_layout(template="none")

    def _entries(self, digits: int | None) -> dict[str, Any]:
        return {"data": _plain(self.data, digits), "layout": _plain(self.layout, digits)}


def _node(value: Any) -> Any:
    if isinstance(value, Node):
        return value
    if isinstance(value, Mapping):
        return Node(value)
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [Node(entry) for entry in value]
    return value


def _plain(value: Any, digits: int | None) -> Any:
    """A value as JSON knows it, numbers to so many digits."""
    if isinstance(value, Mapping):
        return {name: _plain(entry, digits) for name, entry in value.items() if entry is not None}
    if isinstance(value, pl.Series):
        told = value.dtype.is_temporal() or value.dtype.is_numeric()
        return _plain(value.to_numpy() if told else value.to_list(), digits)
    if isinstance(value, np.ndarray) and value.dtype.kind == "M":
        return _times(value)
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(entry, digits) for entry in (value.tolist() if isinstance(value, np.ndarray) else value)]
    if isinstance(value, np.datetime64):
        return _times(np.array([value]))[0]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if not np.isfinite(value):
            return None
        return value if digits is None else float(f"{value:.{digits}g}")
    return value if isinstance(value, str | int | None) else str(value)


def _times(stamps: "np.ndarray[Any, Any]") -> list[str]:
    minutes = stamps.astype("datetime64[m]")
    days = minutes.astype("datetime64[D]")
    return (days if (days == minutes).all() else minutes).astype(str).tolist()  # type: ignore[no-any-return]
