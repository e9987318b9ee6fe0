"""The funnel as both sides sign it: what may be proposed, how it is said, and what `stages load` does before and afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connection, transaction

from alignment.agreements.deciding import propose, sign, withdraw
from alignment.agreements.drafts import restore, start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Agreement, Version
from alignment.agreements.overriding import override, revert
from alignment.agreements.terms import as_document, parse_terms, read_terms
from alignment.refusals import Refused
from leads.funnel.models import FunnelVersion, Stage
from leads.funnel.stage_sets import funnel_periods, stage_set
from leads.funnel.terms import FunnelTerms, document_of, stages_of
from leads.lifecycle import waiting
from leads.lifecycle.changes import load_stages
from leads.models import Touched
from tests.clocks import present_is
from tests.kpis.agreeing import agreed
from tests.world import NOW, Cast, a_lead, cast, moved

pytestmark = pytest.mark.django_db

OPEN: dict[str, Any] = {"key": "inquiry", "title": "Open", "position": 1, "category": "open", "side": "sales"}
WON: dict[str, Any] = {"key": "won", "title": "Closed", "position": 2, "category": "won", "side": "sales"}
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@pytest.fixture
def people() -> Cast:
    return cast()


def terms(*stages: dict[str, Any]) -> FunnelTerms:
    found = parse_terms(find_kind("funnel"), {"stages": list(stages)})
    assert isinstance(found, FunnelTerms)
    return found


def signed(people: Cast, *stages: dict[str, Any], now: datetime = NOW) -> Version:
    draft = start_draft("funnel", "default", {"stages": list(stages)}, author=people.marketer, now=now)
    propose(draft.pk, by=people.marketing_lead, now=now)
    return sign(draft.pk, by=people.sales_lead, now=now)


def load(*stages: dict[str, Any], folder: Path) -> dict[str, Any]:
    file, out = folder / "stages.json", StringIO()
    file.write_text(json.dumps(stages))
    call_command("stages", "load", str(file), format="json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_stage_set_of_an_installation_is_version_1_of_the_agreement_since_ever() -> None:
    found = in_force("funnel", "default", at=LONG_AGO)
    assert found is not None
    assert (found.number, found.until, stage_set(at=LONG_AGO)) == (1, None, stage_set())
    assert stages_of(found.says(FunnelTerms))[0].key == "inquiry"
    assert len(found.terms.stages) == Stage.objects.count() == 10


def test_what_the_agreement_says_and_its_rows_are_the_same(people: Cast) -> None:
    version = signed(people, {**OPEN, "age_days": 2.5, "quiet_days": 1}, WON, {"key": "old", "counts_as": "inquiry"})
    funnel = FunnelVersion.objects.get(agreement_version=version)
    assert (funnel.number, funnel.in_force_from) == (2, NOW)
    rows = Stage.objects.filter(version=funnel)
    said = {
        (t.key, t.title, t.position, t.category, t.side, t.requires_owner, t.counts_as, t.age, t.quiet)
        for t in stage_set().terms
    }
    assert said == {
        (r.key_id, r.title, r.position, r.category, r.side, r.requires_owner, r.counts_as_id, r.age, r.quiet)
        for r in rows
    }
    assert document_of(stage_set().terms) == document_of(stages_of(terms(*document_of(stage_set().terms)["stages"])))


def test_before_the_first_signature_a_file_is_laid_in_and_says_so_as_ever(people: Cast, tmp_path: Path) -> None:
    answer = load(OPEN, WON, folder=tmp_path)
    assert (answer["version"], [s["key"] for s in answer["stages"]], set(answer)) == (
        1,
        ["inquiry", "won"],
        {"version", "stages"},
    )
    assert [stage.key for stage in stage_set(at=LONG_AGO).stages] == ["inquiry", "won"]
    assert Version.objects.filter(agreement__kind="funnel").count() == 1


def test_once_a_funnel_is_signed_a_file_is_a_draft_that_changes_nothing(people: Cast, tmp_path: Path) -> None:
    signed(people, OPEN, WON)
    before = stage_set()
    answer = load({**OPEN, "title": "Hello"}, WON, folder=tmp_path)
    assert (answer["version"], answer["state"], answer["stages"][0]["title"]) == (3, "draft", "Hello")
    assert stage_set() == before
    assert Version.objects.get(agreement__kind="funnel", number=3).step == "draft"
    with pytest.raises(Refused) as refusal:
        load_stages([OPEN, WON])
    assert refusal.value.code == "already_signed"
    lead = a_lead()
    moved(lead, ("won", 1))
    with pytest.raises(Refused, match="won") as refusal:
        load(OPEN, folder=tmp_path)
    assert refusal.value.code == "stage_in_use"


def test_a_file_that_says_what_is_said_already_makes_no_draft(people: Cast, tmp_path: Path) -> None:
    signed(people, OPEN, WON)
    again = load(WON, OPEN, folder=tmp_path)
    assert (again["version"], set(again)) == (2, {"version", "stages"})
    drafted = [load({**OPEN, "title": "Hello"}, WON, folder=tmp_path) for _ in range(3)]
    assert [(answer["version"], answer["state"]) for answer in drafted] == [(3, "draft")] * 3
    assert load({**OPEN, "title": "Goodbye"}, WON, folder=tmp_path)["version"] == 4
    assert load({**OPEN, "title": "Hello"}, WON, folder=tmp_path)["version"] == 3
    assert Version.objects.filter(agreement__kind="funnel").count() == 4
    out = StringIO()
    call_command("stages", "load", str(tmp_path / "stages.json"), stdout=out)
    assert out.getvalue().startswith(
        "Nothing to do: funnel version 3, which waits to be decided on, says this already:"
    )


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        ([{**OPEN, "side": ""}], "invalid_side"),
        ([{**OPEN, "side": 0}], "invalid_side"),
        ([{**OPEN, "side": []}], "invalid_side"),
        ([{**OPEN, "category": ""}], "invalid_category"),
        ([{**OPEN, "category": False}], "invalid"),
        ([{**OPEN, "title": 0}], "invalid_title"),
        ([{**OPEN, "title": []}], "invalid_title"),
        ([{**OPEN, "requires_owner": 0}], "invalid_requires_owner"),
        ([{**OPEN, "position": 0}], "invalid_position"),
        ([{**OPEN, "position": True}], "invalid_position"),
        ([{**OPEN, "position": "1"}], "invalid_position"),
        ([{**OPEN, "side": "partner"}], "invalid_side"),
        ([{**OPEN, "requires_owner": "no"}], "invalid_requires_owner"),
        ([{**OPEN, "age_days": -1}], "invalid_days"),
        ([{**OPEN, "age_days": "x"}], "invalid_days"),
        ([{**OPEN, "quiet_days": 1e18}], "invalid_days"),
        ([{**OPEN, "key": " "}], "invalid_key"),
        ([{**OPEN, "title": 3}], "invalid_title"),
        ([{**OPEN, "category": "sold"}], "invalid_category"),
        ([{**OPEN, "category": "lost"}], "invalid_position"),
        ([{**OPEN, "colour": "red"}], "unknown_key"),
        ([{"title": "No key", "position": 1}], "required"),
        ([OPEN, {**WON, "position": 1}], "duplicate_position"),
        ([OPEN, {**OPEN, "position": 3}], "duplicate_key"),
        ([OPEN, {**WON, "counts_as": "nope"}], "invalid_counts_as"),
        ([OPEN, {**WON, "counts_as": []}], "invalid_counts_as"),
        ([{"key": "lost", "position": None, "category": "lost", "side": "sales"}], "no_forward_stage"),
        ([], "invalid"),
        ("x", "invalid"),
    ],
)
def test_what_is_wrong_with_terms_has_the_code_that_it_has_in_a_file(stages: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_terms(find_kind("funnel"), {"stages": stages}, scope=Scope("default", NOW))
    assert refusal.value.code == "invalid_terms"
    assert code in {error.code for error in refusal.value.errors}


def test_terms_leave_out_what_can_be_left_out_and_have_it_written_out() -> None:
    said = as_document(
        terms({"key": "a", "position": 1}, {"key": "b", "position": None, "category": "lost", "side": "marketing"})
    )
    names = ("title", "category", "side", "requires_owner")
    assert [[stage[name] for name in names] for stage in said["stages"]] == [
        ["a", "open", "sales", True],
        ["b", "lost", "marketing", False],
    ]


def test_a_key_that_leads_have_been_in_leaves_only_by_counting_as_another(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sql", 1))
    with pytest.raises(Refused, match="sql") as refusal:
        start_draft("funnel", "default", {"stages": [OPEN, WON]}, author=people.marketer, now=NOW)
    assert [error.code for error in refusal.value.errors] == ["stage_in_use"]
    signed(people, OPEN, WON, {"key": "sql", "counts_as": "inquiry"})
    assert stage_set().by_key["sql"].position == 1


def test_a_key_that_came_into_use_since_it_was_proposed_stops_the_signature(people: Cast) -> None:
    draft = start_draft("funnel", "default", {"stages": [OPEN, WON]}, author=people.marketer, now=NOW)
    propose(draft.pk, by=people.marketing_lead, now=NOW)
    lead = a_lead()
    moved(lead, ("sal", 1))
    with pytest.raises(Refused, match="sal") as refusal:
        sign(draft.pk, by=people.sales_lead, now=NOW)
    assert (refusal.value.code, refusal.value.status) == ("stage_in_use", 409)
    assert stage_set().number == 1


def test_a_funnel_that_begins_later_says_what_becomes_of_every_stage_that_can_still_be_used(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    later = start_draft(
        "funnel",
        "default",
        {"stages": [OPEN, WON]},
        author=people.marketer,
        now=NOW,
        effective_from=NOW + timedelta(days=9),
    )
    propose(later.pk, by=people.marketing_lead, now=NOW)
    with pytest.raises(Refused, match="disqualified, lost, loyal, mql") as refusal:
        sign(later.pk, by=people.sales_lead, now=NOW)
    assert refusal.value.code == "stage_in_use"
    withdraw(later.pk, by=people.marketing_lead, now=NOW)
    assert signed(people, OPEN, WON).number == 3


DEMO: dict[str, Any] = {"key": "demo", "title": "Demo", "position": 50, "category": "open", "side": "sales"}


def everything() -> list[dict[str, Any]]:
    stages: list[dict[str, Any]] = document_of(stage_set().terms)["stages"]
    return stages


def test_what_is_settled_for_later_mentions_the_stages_of_what_comes_before_it(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    later = [{**stage, "title": stage["title"].upper()} for stage in everything()]
    agreed(people, "funnel", {"stages": later}, at=NOW + timedelta(days=10), signed_at=NOW)
    draft = start_draft("funnel", "default", {"stages": [*everything(), DEMO]}, author=people.operator, now=NOW)
    with pytest.raises(Refused, match="demo, of which version 2, which begins on") as refusal:
        override(draft.pk, by=people.operator, reason="The trial begins.", now=NOW)
    assert (refusal.value.code, refusal.value.status) == ("stage_in_use", 409)
    known = [*everything(), {"key": "demo", "counts_as": "sql"}]
    agreed(people, "funnel", {"stages": known}, at=NOW + timedelta(days=10), signed_at=NOW)
    override(draft.pk, by=people.operator, reason="The trial begins.", now=NOW)
    assert "demo" in {stage.key for stage in stage_set().stages}


def test_what_is_settled_for_later_mentions_the_stages_of_what_begins_before_it(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    agreed(people, "funnel", {"stages": [*everything(), DEMO]}, at=NOW + timedelta(days=10), signed_at=NOW)
    with pytest.raises(Refused, match="may still come into demo"):
        agreed(people, "funnel", {"stages": everything()}, at=NOW + timedelta(days=20), signed_at=NOW)


def test_a_lead_comes_into_no_stage_that_the_funnel_does_not_know(people: Cast) -> None:
    lead = a_lead()
    signed(people, OPEN, WON)
    with pytest.raises(Refused, match="There are: inquiry, won") as refusal:
        moved(lead, ("mql", 1))
    assert refusal.value.code == "unknown_stage"


def test_an_override_is_not_taken_back_to_a_version_that_does_not_know_a_stage_in_use(people: Cast) -> None:
    everything = document_of(stage_set().stages)["stages"]
    new = {"key": "demo", "title": "Demo", "position": 9, "side": "sales"}
    draft = start_draft("funnel", "default", {"stages": [*everything, new]}, author=None, now=NOW)
    override(draft.pk, by=people.operator, reason="The trial begins.", now=NOW)
    lead = a_lead()
    moved(lead, ("demo", 1))
    with pytest.raises(
        Refused, match=r"Version 1 cannot hold again as it is\. Leads have been in demo: .* propose one"
    ):
        revert(draft.pk, by=people.operator, now=NOW)
    assert stage_set().number == 2


def test_an_older_version_is_restored_as_a_new_one(people: Cast) -> None:
    first = Version.objects.get(agreement__kind="funnel", number=1)
    signed(people, OPEN, WON)
    again = restore(first, by=people.marketer, now=NOW)
    propose(again.pk, by=people.marketing_lead, now=NOW)
    sign(again.pk, by=people.sales_lead, now=NOW)
    assert (stage_set().number, len(stage_set().stages)) == (3, 10)
    assert [period.stages.number for period in funnel_periods()] == [1, 3]


def test_a_funnel_in_force_is_immutable_and_has_one_version_a_number(people: Cast) -> None:
    version = signed(people, OPEN, WON)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_version SET terms = '{}' WHERE id = %s", [version.pk])
    assert Agreement.objects.filter(kind="funnel").count() == 1
    with pytest.raises(Refused, match="one agreement"):
        start_draft("funnel", "mine", {"stages": [OPEN, WON]}, author=people.marketer, now=NOW)


def test_sealing_lets_every_lead_wait_for_recomputing(people: Cast) -> None:
    lead = a_lead()
    Touched.objects.all().delete()
    signed(
        people,
        OPEN,
        WON,
        *({"key": t.key, "counts_as": "inquiry"} for t in stage_set().stages if t.key not in ("inquiry", "won")),
    )
    assert (waiting.waiting(), Touched.objects.count()) == (1, 0)
    assert waiting.spread(batch=10)
    assert list(Touched.objects.values_list("lead_id", flat=True)) == [lead.pk]


def test_an_unknown_number_and_a_time_without_a_funnel_are_told(people: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        stage_set(number=9)
    assert (refusal.value.code, refusal.value.status) == ("no_funnel", 404)


def test_a_funnel_is_said_in_sentences() -> None:
    kind = find_kind("funnel")
    assert kind.sentences(
        terms(
            {"key": "new", "title": "New", "position": 1, "side": "marketing", "age_days": 20, "quiet_days": 7},
            {"key": "deal", "title": "Deal", "position": 2, "side": "sales", "age_days": 1},
            {**WON, "title": "Won", "position": 3},
            {
                "key": "gone",
                "title": "Gone",
                "position": None,
                "category": "lost",
                "side": "sales",
                "requires_owner": False,
            },
            {"key": "mql", "counts_as": "new"},
        )
    ) == [
        "Leads pass 3 steps: New (marketing) → Deal (sales) → Won (sales).",
        "Won is a won deal.",
        "Off the path there is Gone (a lost deal, sales).",
        "In Deal and Won a lead has an owner from sales.",
        "In New it is too old after 20 days, once nothing was done for 7 days.",
        "In Deal it is too old after 1 day.",
        "“mql” is no stage any more and counts as New.",
    ]


def test_a_difference_is_said_in_words() -> None:
    kind = find_kind("funnel")
    before = terms(
        {"key": "a", "title": "A", "position": 1, "side": "marketing"},
        {"key": "b", "title": "B", "position": 2, "side": "sales"},
        {"key": "c", "title": "C", "position": 3, "side": "sales", "age_days": 30},
        {"key": "d", "title": "D", "position": 4, "side": "sales"},
        {"key": "old", "counts_as": "a"},
    )
    after = terms(
        {"key": "a", "title": "Alpha", "position": 1, "side": "sales", "requires_owner": False, "quiet_days": 3},
        {"key": "c", "title": "C", "position": 2, "side": "sales", "age_days": 20, "requires_owner": False},
        {"key": "e", "title": "E", "position": 3, "side": "sales"},
        {"key": "d", "title": "D", "position": 4, "side": "sales"},
        {"key": "b", "counts_as": "a"},
        {"key": "old", "counts_as": "c"},
    )
    assert list(kind.difference(before, after)) == [
        "New stage: E (sales), between C and D.",
        "“old” counts as C from now on.",
        "B is dropped; leads that were in it count as Alpha.",
        "A is now called Alpha.",
        "Alpha: side marketing → sales.",
        "Alpha: quiet time as the limits say → 3 days.",
        "C: no owner is needed any more.",
        "C: age 30 days → 20 days.",
    ]
    assert list(kind.difference(before, before)) == []
    assert list(kind.difference(before, terms(*reversed(document_of(stages_of(before))["stages"])))) == []
    titled = [s if s["key"] != "old" else {**s, "title": "Older"} for s in document_of(stages_of(before))["stages"]]
    assert list(kind.difference(before, terms(*titled))) == ["“old”, which is no stage any more, is now called Older."]
    sided = [s if s["key"] != "old" else {**s, "side": "sales"} for s in document_of(stages_of(before))["stages"]]
    assert list(kind.difference(before, terms(*sided))) == []
    moved_on = terms(*({**s, "position": 10 * p} for p, s in enumerate(_plain("a", "c", "b"), start=1)))
    assert list(kind.difference(terms(*_plain("a", "b", "c")), moved_on)) == ["Order: A → B → C becomes A → C → B."]
    renumbered = terms(*({**s, "position": 10 * p} for p, s in enumerate(_plain("a", "b", "c"), start=1)))
    assert list(kind.difference(terms(*_plain("a", "b", "c")), renumbered)) == [
        "Positions are numbered anew; the order of the stages stays."
    ]


def _plain(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "title": key.upper(), "position": n, "side": "sales"} for n, key in enumerate(keys, start=1)]
