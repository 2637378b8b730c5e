"""The page of a campaign."""

from typing import Final

from foresale.narrate.campaign import campaign_findings
from foresale.pages.page import Notes, Part, Picture, Section, Table, page
from foresale.plotting.campaign import campaign_chart
from foresale.pricing.effects.campaign import CampaignEffect

_LISTED: Final = 500


def campaign_page(found: CampaignEffect) -> str:
    """What a campaign did as one HTML page."""
    parts: list[Part] = [
        Picture(campaign_chart(found), "Sales beside what others say would have been sold without the campaign"),
        Table.of(found.periods.filter(found.periods["part"] != "before").head(_LISTED), caption="Periods", digits=1),
    ]
    checks: list[Part] = [
        Table.of(found.checks, caption="Tests", digits=3),
        Table.of(found.donors.head(_LISTED), caption="Donors and their weights", digits=3),
    ]
    return page(
        "Campaign",
        [
            Section("At a glance", [Notes(list(campaign_findings(found)))]),
            Section("Sales", parts),
            Section("How far that can be known", checks),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=f"{found.periods.height:,} periods",
    )
