"""What curves, fans, sparklines and heat maps say, as pictures and as tables."""

from __future__ import annotations

from alignment.ui.charts import Chart, ChartRow, Series
from alignment.ui.curves import Curve, Fan, Mark, Point, Sparkline, Steps
from alignment.ui.heat import Field, HeatMap

CURVE = Curve("web", (Point(0, 0.0), Point(7.5, 0.25, 0.1, 0.5), Point(40, 0.5, 0.3, 0.8)), tone="sales")


def test_a_curve_of_steps_holds_its_level_until_the_next_step_and_says_nothing_after_its_end() -> None:
    chart = Steps("s", "Steps", (CURVE,), days=(0, 7, 8, 40, 41))
    assert chart.rows() == [
        ChartRow("0", None, ("0.0 %",)),
        ChartRow("7", None, ("0.0 %",)),
        ChartRow("8", None, ("25.0 %",)),
        ChartRow("40", None, ("50.0 %",)),
        ChartRow("41", None, ("–",)),
    ]
    assert chart.as_json()["curves"] == [
        {
            "name": "web",
            "tone": "sales",
            "link": None,
            "points": [[0, 0.0, None, None], [7.5, 0.25, 0.1, 0.5], [40, 0.5, 0.3, 0.8]],
        }
    ]
    assert not chart.is_empty
    assert Steps("s", "", (Curve("web", (Point(0, 0.0),)),)).is_empty


def test_a_fan_tells_past_forecast_band_and_target_in_its_table() -> None:
    fan = Fan(
        "f",
        "Way to the goal",
        ("Jan", "Feb", "Mar"),
        actual=(10, 20, None),
        median=(None, 20, 35),
        low=(None, 20, 30),
        high=(None, 20, 42),
        target=(10, 25, 40),
        marks=(Mark("Half way", 20, done=True),),
        unit="money",
        currency="EUR",
    )
    assert [series.name for series in fan.series] == [
        "So far",
        "Forecast",
        "80 % interval, low",
        "80 % interval, high",
        "Target",
    ]
    assert fan.rows()[0] == ChartRow("Jan", None, ("€10", "–", "–", "–", "€10"))
    assert fan.rows()[2] == ChartRow("Mar", None, ("–", "€35", "€30", "€42", "€40"))
    assert fan.as_json()["marks"] == [{"title": "Half way", "value": 20, "done": True}]


def test_a_sparkline_leaves_gaps_open_and_says_in_words_what_it_shows() -> None:
    line = Sparkline("Wins", ("Jan", "Feb", "Mar", "Apr"), (1, None, 3, 2))
    assert line.pieces == ["2.0,22.0", "66.0,2.0 98.0,12.0"]
    assert line.told == "Wins: 1 in Jan, 2 in Apr, between 1 and 3"
    assert line.rows()[1] == ChartRow("Feb", None, ("–",))
    assert Sparkline("Wins", ("Jan", "Feb"), (1, None)).is_empty
    assert Sparkline("Wins", ("Jan", "Feb"), (5, 5)).pieces == ["2.0,12.0 98.0,12.0"]


def test_a_heat_map_is_darkest_at_its_highest_share_and_leaves_out_what_is_not_known() -> None:
    full, half, unknown = Field(0.4, 4, 10, "/behind/"), Field(0.2, 2, 10), Field(None)
    heat = HeatMap("h", "Cohorts", ("2024-01", "2024-02"), ("0", "1"), ((half, full), (half, unknown)))
    assert [heat.tone(field) for field in (full, half, unknown)] == [10, 5, 0]
    assert heat.rows()[1] == ChartRow("2024-02", None, ("20.0 % (2)", "–"))
    assert heat.as_json()["fields"] == [
        {"value": [0, 0, 0.2], "told": "20.0 % (2)", "link": None},
        {"value": [1, 0, 0.4], "told": "40.0 % (4)", "link": "/behind/"},
        {"value": [0, 1, 0.2], "told": "20.0 % (2)", "link": None},
    ]
    assert HeatMap("h", "", ("2024-01",), ("0",), ((unknown,),)).is_empty


def test_charts_write_money_and_spans_as_pages_do() -> None:
    money = Chart("c", "", ("Jan",), (Series("Won", (1234.4,)),), unit="money", currency="EUR")
    assert money.rows() == [ChartRow("Jan", None, ("€1,234",))]
    spans = Chart("c", "", ("Jan",), (Series("Half by", (7200,)),), unit="seconds")
    assert spans.rows() == [ChartRow("Jan", None, ("2 h",))]
