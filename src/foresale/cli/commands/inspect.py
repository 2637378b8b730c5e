"""`foresale inspect`: what is in the sales."""

from foresale.cli.command import spread
from foresale.cli.console import note, show
from foresale.cli.options import Countries, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import check_output
from foresale.cli.reading import read_panel


@spread
def inspect(sales: Sales, reading: Reading, html: Html = None, country: Countries = None, quiet: Quiet = False) -> None:
    """Show what is in the sales: span, gaps, zeros, covariates, seasonality, stock-outs, outliers, ABC/XYZ."""
    check_output(html, endings=(".html",))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.cli.tables import inspection_tables
    from foresale.workflows.inspect import inspect as run

    inspection = run(panel, countries=list_of(country))
    for table in inspection_tables(inspection):
        show(table)
    if html is not None:
        from foresale.pages.inspection import inspection_page
        from foresale.pages.page import write_page

        write_page(html, inspection_page(inspection))
        if not quiet:
            note(f"Wrote {html}.")
