"""What `house.py` looks for: how each concept is recognised where it is worked out, and the words that went."""

from typing import Final

CONCEPTS: Final = {
    "the order decision, by bundles of its terms": r"^class (Rules|System|Perishable|Worth|Costs|ItemTerms|\w+Terms)\b",
    "demand class of an item": (
        r"_OFTEN_ZERO\b|_INTERMITTENT\b|^INTERVAL\b|^def demand_pattern\b|\bdemand_classes\(interval"
    ),
    "events on a grid of periods": r"reduceat\([^\n]*(span|self)\.starts|^def _periods\(span",
    "what is a flag, label, ratio or difference": r"isin\([\w.]+, \(0\.0, 1\.0\)\)|^_LEAST_KNOWN\b",
    "log-linear regression": r"np\.linalg\.(solve|lstsq)\((?!even|seen)",  # sums that add up and draws are none
    "a step back in time, and a forecast": (
        r"\bforecast\((self\.)?panel\.back\(|= (self\.)?panel\.back\((?!0)|Made\(panel\.back\("
    ),
    "pinball loss of arrays": r"np\.maximum\(levels? \* error",
    "pinball loss of tensors": r"torch\.maximum\((self\.)?levels \* error",
    "coverage of an interval": r"^def (covered|coverage|coverage_of)\b",
    "quantiles of samples, or between levels": (
        r"np\.interp\((level, self|LEVELS|level \*|levels, LEVELS|at, LEVELS|level, levels)"
        r"|^def (between|quantiles_of_sums|quantiles_of|_quantile)\b|method=\"hazen\""
    ),
    "seasonal scale of an item": (r"(sales|past|change)\[(season|lag|:, lag):\] - |\.sales\[lag:\], "),
    "sums of each item's rows": (
        r"np\.(add|logical_or)\.reduceat\([^;]{0,120}?offsets\[:-1\]|np\.add\.reduceat\(\w+, firsts?(\)|, dtype)"
    ),
    "the newest periods as a matrix": (
        r"history\[items\]\[:, None\] - (width|length|steps) \+ np\.arange|^def _?newest\(panel"
    ),
    "types of arrays": r"^(Numbers|Flags|Matrix|Values|Paths|Demand|Units) = npt\.NDArray",
    "a loop of gradient steps": r"\bclip_grad_norm_\(",
    "columns recognised": r"^def (recognise|read_sheet)\b",
    "model, countries, options and budget in one": (
        r"^class (Settings|Asking|Models|Wanted|Spending|Training|ModelConfig)\b"
    ),
}
"""By concept, a regular expression that matches in every module that works it out by itself."""

OLD_WORDS: Final = frozenset(
    [
        "Sight",
        "View",
        "shown",
        "sees",
        "Told",
        "told",
        "Freed",
        "freed",
        "restored",
        "given_back",
        "Testimony",
        "believed",
        "belief",
        "trials",
        "Completed",
        "finished",
        "opened",
        "unsold",
        "welcome",
        "strangers",
        "newcomers",
        "likeness",
        "alike",
        "Evidence",
        "said",
        "Teller",
        "Watcher",
        "usual_change",
        "usual",
        "Lesson",
        "fields",
        "places",
        "Recipe",
        "dependence",
        "surprises",
        "Link",
        "corrections",
        "unseen",
        "Ready",
        "fallen",
        "Cut",
        "cutting",
        "reading",
        "Source",
        "Pool",
        "dice",
        "scene",
        "clock",
        "life",
        "turmoil",
        "lifts",
        "settle",
        "story",
        "raw",
        "tail",
        "naming",
        "words",
        "assemble",
        "lay_out",
        "pauses",
        "repeats",
        "partly_out",
        "rare",
        "turns",
        "Bend",
        "movers",
        "Looked",
        "gains",
        "within",
        "now",
        "stretch",
        "course",
        "stakes",
        "Cycle",
        "Foresight",
        "Contender",
        "given",
        "Asking",
        "like",
        "spending",
        "stocking",
        "adding_up",
    ]
)
"""Private words for things that the field has a name for."""
