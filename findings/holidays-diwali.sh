#!/usr/bin/env bash
# holidays 0.109: Diwali stands a lunar month late in Singapore, Kenya and Trinidad, not in India.
#
# The package holds two tables. India (Guyana, Mauritius, ...) reads DIWALI_INDIA; the others override the
# years they have announcements for and take the rest from the general table, DIWALI. That one waits for the
# wrong new moon: by the new moons themselves, 43 of its 200 years (2006, 2009, 2017, 2025, 2028, 2036, ...)
# are 29 or 30 days late and all others right within a day. Diwali is the new moon with the sun in Libra, by
# the stars, which it leaves on 16 November in this century: a Diwali after 15 November is none. India's
# table is right (Singapore and Trinidad kept 17 October 2009).
# Why it matters: the largest feast of a shop's autumn is learnt and forecast on ordinary days, in some
# years and countries only, so that no check on one year or on India shows it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check holidays==0.109
"$work/venv/bin/python" -W ignore - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys
from datetime import date

import holidays


def diwali(country, year, **options):
    days = getattr(holidays, country)(years=year, language="en_US", observed=False, **options)
    return next((day for day, name in sorted(days.items()) if name.startswith("Diwali")), None)


late = []
for country, options in {"TT": {}, "SG": {}, "KE": {"categories": ("public", "hindu")}}.items():
    for year in range(2001, 2036):
        here, india = diwali(country, year, **options), diwali("IN", year)
        if here and india and (here - india).days > 20:
            late.append((country, year))
            print(f"{country} {year}: Diwali on {here}; India, same package: {india}")
    close = [abs((diwali(country, y, **options) - diwali("IN", y)).days) <= 2 for y in (2024, 2026, 2030)]
    print(f"{country}: within two days of India in 2024, 2026 and 2030: {all(close)}")
    late += [] if all(close) else [(country, "?")]
impossible = [y for y in range(2036, 2101) if diwali("TT", y) > date(y, 11, 15)]
print(f"TT: Diwali after 15 November, where it cannot be, in {impossible}")
expected = [("TT", 2006), ("TT", 2009), ("TT", 2028), ("SG", 2009), ("SG", 2028)]
expected += [("KE", 2006), ("KE", 2009), ("KE", 2025), ("KE", 2028)]
sys.exit(late != expected or len(impossible) != 13)
PY
echo "As stated: holidays 0.109 puts Diwali a lunar month late outside India in some years."
