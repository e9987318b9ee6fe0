"""`/api/v1/duplicates` and `/api/v1/merges`; and what the API says of a lead that was merged."""

from __future__ import annotations

import pytest

from leads.activities.models import Activity
from leads.duplicates import finding
from leads.duplicates.models import Pair
from leads.records.models import Lead
from tests.leads.duplicates.conftest import Calling
from tests.world import NOW, Cast, a_lead, did


def a_pair() -> tuple[Lead, Lead, Pair]:
    """Two leads with one telephone number, compared."""
    one, other = a_lead("1", phone="+4930123456", email="anna@acme.example"), a_lead("2", phone="+4930123456")
    finding.compare_waiting(now=lambda: NOW, wait=True)
    return one, other, Pair.objects.get()


def test_pairs_are_listed_with_their_reasons(people: Cast, calling: Calling) -> None:
    one, other, pair = a_pair()
    answer = calling(people.salesperson).get("/api/v1/duplicates", {"state": "open", "lead": str(one.pk)}).json()
    [found] = answer["results"]
    assert found["reasons"] == [{"criterion": "phone", "says": "Both have the same telephone number."}]
    assert (found["id"], found["score"], found["state"]) == (pair.pk, 0.7, "open")
    assert [lead["id"] for lead in found["leads"]] == [one.pk, other.pk]
    assert calling(people.marketer).get("/api/v1/duplicates", {"lead": 10**6}).json()["results"] == []
    for nobody in (people.partner, people.outsider):
        assert calling(nobody).get("/api/v1/duplicates").json()["results"] == []
        assert calling(nobody).get(f"/api/v1/duplicates/{pair.pk}").status_code == 404
    assert calling(people.partner).post(f"/api/v1/duplicates/{pair.pk}/dismiss").status_code == 404


def test_a_pair_is_merged_and_the_merge_undone(people: Cast, calling: Calling) -> None:
    one, other, pair = a_pair()
    did(other, "call", 3)
    caller = calling(people.marketer)
    wrong = caller.post(f"/api/v1/duplicates/{pair.pk}/merge", {"survivor": 10**6}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_of_the_pair")
    body = {"survivor": other.pk, "choices": {"email": "other"}}
    done = caller.post(f"/api/v1/duplicates/{pair.pk}/merge", body, format="json")
    assert done.status_code == 201
    merge = done.json()
    assert (merge["survivor_id"], merge["other_id"], merge["undone_at"]) == (other.pk, one.pk, None)
    assert merge["moved"]["stage_changes"] == 1
    assert caller.get(f"/api/v1/duplicates/{pair.pk}").json()["state"] == "merged"
    assert caller.get("/api/v1/merges", {"survivor": other.pk}).json()["results"] == [merge]

    theirs = calling(people.salesperson).post(f"/api/v1/merges/{merge['id']}/undo")
    assert (theirs.status_code, theirs.json()["code"]) == (403, "not_yours")
    undone = caller.post(f"/api/v1/merges/{merge['id']}/undo")
    assert (undone.status_code, undone.json()["undone_by"]) == (200, people.marketer.email)
    assert caller.get(f"/api/v1/duplicates/{pair.pk}").json()["state"] == "open"


def test_a_merged_lead_says_so_and_what_is_logged_for_it_goes_to_the_survivor(people: Cast, calling: Calling) -> None:
    one, other, _pair = a_pair()
    caller = calling(people.marketer)
    body = {"survivor": one.pk, "other": other.pk}
    assert caller.post("/api/v1/merges", body, format="json").status_code == 201
    assert caller.post("/api/v1/merges", body, format="json").status_code == 200
    assert caller.get(f"/api/v1/leads/{other.pk}").json()["merged_into_id"] == one.pk
    for answer in (
        caller.patch(f"/api/v1/leads/{other.pk}", {"title": "CTO"}, format="json"),
        caller.post(f"/api/v1/leads/{other.pk}/stage", {"to": "mql"}, format="json"),
        caller.post(f"/api/v1/leads/{other.pk}/consents", {"purpose": "marketing", "state": "granted"}, format="json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "merged")
        assert f"lead {one.pk}" in answer.json()["detail"]
    row = {"lead_id": other.pk, "kind": "call", "at": "2024-02-01T00:00:00Z"}
    assert caller.post("/api/v1/activities", row, format="json").status_code == 201
    assert Activity.objects.get().lead_id == one.pk


def test_a_partner_is_told_of_the_survivor_only_if_it_is_theirs(people: Cast, calling: Calling) -> None:
    ours, theirs = a_lead("1"), a_lead("2", scope=people.partners.pk)
    body = {"survivor": ours.pk, "other": theirs.pk, "choices": {"owner": "survivor"}}
    calling(people.marketer).post("/api/v1/merges", body, format="json")
    assert calling(people.partner).get(f"/api/v1/leads/{theirs.pk}").status_code == 404
    mine, again = a_lead("3", scope=people.partners.pk), a_lead("4", scope=people.partners.pk)
    caller = calling(people.partner)
    assert caller.post("/api/v1/merges", {"survivor": mine.pk, "other": again.pk}, format="json").status_code == 201
    told = caller.get(f"/api/v1/leads/{again.pk}")
    assert (told.status_code, told.json()["code"]) == (409, "merged")


def test_dismissed_pairs_are_taken_up_again(people: Cast, calling: Calling) -> None:
    _one, _other, pair = a_pair()
    caller = calling(people.salesperson)
    dismissed = caller.post(f"/api/v1/duplicates/{pair.pk}/dismiss").json()
    assert (dismissed["state"], dismissed["decided_by"]) == ("dismissed", people.salesperson.email)
    assert caller.post(f"/api/v1/duplicates/{pair.pk}/reopen").json()["state"] == "open"


@pytest.mark.parametrize("address", ["/api/v1/duplicates/9999", "/api/v1/merges/9999"])
def test_what_is_not_there_is_404(people: Cast, calling: Calling, address: str) -> None:
    assert calling(people.marketer).get(address).status_code == 404
