"""The end of a command on prices: what was found in sentences, and in the files that were asked for."""

from pathlib import Path
from typing import TYPE_CHECKING

from foresale.cli.console import show_lines
from foresale.cli.output import Writing, say_written

if TYPE_CHECKING:
    import polars as pl


def finish(
    found: object, frame: "pl.DataFrame", writing: Writing, *, output: Path | None, html: Path | None, quiet: bool
) -> None:
    """Tell a result in sentences, and write its table and its page.

    Args:
        found: the result.
        frame: its table.
        writing: how tables are written.
        output: file of the table; None for none.
        html: file of the page; None for none.
        quiet: whether it is left unsaid which files were written.
    """
    from foresale.narrate.sentences import sentences

    show_lines(sentences(found))
    if output is not None:
        writing.table(frame, output)
    if html is not None:
        from foresale.pages.page import write_page
        from foresale.pages.results import page_of

        write_page(html, page_of(found))
    say_written(output, html, quiet=quiet)
