"""Which region does a country's name mean, for reading telephone numbers? Two letters, or the name in any language the library knows."""

from __future__ import annotations

from functools import cache, lru_cache

import phonenumbers

SPOKEN = {
    "uk": "GB",
    "usa": "US",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "holland": "NL",
}
"""What people write and no list has."""


@lru_cache(maxsize=10_000)
def region_of(country: str | None) -> str | None:
    """The two letters of the region, or None where the text names none that has telephone numbers."""
    word = (country or "").strip().casefold()
    if not word:
        return None
    region = word.upper() if len(word) == 2 and word.isascii() else None
    if region not in phonenumbers.SUPPORTED_REGIONS:
        region = SPOKEN.get(word) or _by_name().get(word)
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


@cache
def _by_name() -> dict[str, str]:
    """Names in all languages, read once, when somebody first writes one."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    found: dict[str, str] = {}
    for region, names in LOCALE_DATA.items():
        for name in names.values():
            if not name.startswith("*"):
                found.setdefault(name.casefold(), region)
    return found
