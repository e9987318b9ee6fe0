"""What does somebody at the terminal see while an import waits and runs?"""

from __future__ import annotations

from leads.imports.line import Place
from leads.imports.models import Import
from leads.imports.watch import Watch


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_line_every_five_seconds_where_there_is_no_terminal() -> None:
    clock, lines = Clock(), list[str]()
    watch = Watch(lambda text, **_options: lines.append(text), terminal=False, seconds=clock)
    for clock.at, done, total in (
        (1, 1000, None),
        (5, 5000, None),
        (6, 1000, 60_000),
        (11, 6000, 60_000),
        (12, 7000, 60_000),
    ):
        watch.rows(done, total)
    watch.end()
    assert lines == [
        "checking: 5,000 rows, 1,000 rows a second",
        "6,000 of 60,000 rows, 1,000 rows a second, about 54 s left",
    ]


def test_the_place_in_line_is_said() -> None:
    clock, lines = Clock(), list[str]()
    watch = Watch(lambda text, **_options: lines.append(text), terminal=False, seconds=clock)
    clock.at = 6.0
    watch.waiting(Place(2, Import(pk=7, kind="leads", file_name="big.csv")))
    assert lines == ["waiting in line, number 2, behind import 7 (leads from big.csv)"]
