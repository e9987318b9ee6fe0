"""What a figure card and a chart say."""

from __future__ import annotations

from alignment.ui.charts import Chart, ChartRow, Series
from alignment.ui.figures import Change, change_of_count, change_of_share


def test_more_is_welcome_unless_it_is_leaks() -> None:
    assert change_of_count(42, 35) == Change("+7 (20.0 %)", "up", "good")
    assert change_of_count(42, 35, better="down") == Change("+7 (20.0 %)", "up", "bad")
    assert change_of_count(35, 42) == Change("−7 (−16.7 %)", "down", "bad")
    assert change_of_count(3, 0, better="neither") == Change("+3", "up", "")
    assert change_of_count(3, 3) == Change("no change", "same", "")


def test_shares_change_by_points() -> None:
    assert change_of_share(0.31, 0.28) == Change("+3.0 points", "up", "good")
    assert change_of_share(None, 0.28) is None
    assert change_of_share(0.31, None) is None


def test_a_chart_and_its_table_say_the_same() -> None:
    chart = Chart(
        "c",
        "Title",
        ("Jan", "Feb"),
        (Series("Rate", (0.5, None), tone="sales"),),
        kind="line",
        unit="percent",
        links=("/jan", None),
    )
    assert chart.rows() == [ChartRow("Jan", "/jan", ("50.0 %",)), ChartRow("Feb", None, ("–",))]
    assert chart.as_json()["series"] == [{"name": "Rate", "values": [0.5, None], "tone": "sales", "tones": []}]
    assert not chart.is_empty


def test_a_chart_of_nothing_is_not_drawn() -> None:
    assert Chart("c", "", ("Jan",), (Series("Leads", (0,)),)).is_empty
    assert Chart("c", "", (), ()).is_empty
