"""A curve of many levels is drawn with fewer; what a table tells of it stays."""

from __future__ import annotations

from kpis.explorer.survival import MOST, thinned
from kpis.templatetags.explorer import by_days


def curve(levels: int) -> dict[str, object]:
    points = [
        {"seconds": 3_000 * n, "at_risk": levels - n, "made": 1, "survival": 1 - n / levels, "survival_low": None, "survival_high": None}
        for n in range(1, levels)
    ]  # fmt: skip
    return {"groups": [{"group": {}, "steps": [{"from": "mql", "to": "sal", "points": points}]}]}


def step(document: dict[str, object]) -> dict[str, object]:
    return document["groups"][0]["steps"][0]  # type: ignore[index,no-any-return]


def test_a_short_curve_stays_as_it_is() -> None:
    assert thinned(curve(MOST)) == curve(MOST)


def test_a_long_curve_keeps_its_ends_and_what_the_table_tells() -> None:
    whole = curve(9_000)
    fewer = thinned(whole)
    drawn = step(fewer)["points"]
    assert len(drawn) < MOST + 12  # type: ignore[arg-type]
    assert (drawn[0], drawn[-1]) == (step(whole)["points"][0], step(whole)["points"][-1])  # type: ignore[index]
    assert by_days(step(fewer)) == by_days(step(whole))
    assert all(day.share is not None for day in by_days(step(fewer)))
