"""`foresale inspect`: what is in the sales."""

from foresale.cli.command import spread
from foresale.cli.console import show, show_lines
from foresale.cli.options import Countries, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.read_options import read_panel


@spread
def inspect(
    sales: Sales,
    reading: Reading,
    writing: Writing,
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Show what is in the sales: span, gaps, zeros, covariates, seasonality, stock-outs, outliers, ABC/XYZ."""
    writing.check(output, page=html, inputs=(sales, *reading.files))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.cli.tables import frame_table
    from foresale.narrate.inspection import inspection_sentences
    from foresale.workflows.inspect import inspect as run

    inspection = run(panel, countries=list_of(country))
    for title, table in inspection.tables().items():
        show(frame_table(title, table))
    show_lines(inspection_sentences(inspection))
    if output is not None:
        writing.table(inspection.to_frame(), output)
    if html is not None:
        from foresale.pages.inspection import inspection_page
        from foresale.pages.page import write_page

        write_page(html, inspection_page(inspection))
    say_written(output, html, quiet=quiet)
