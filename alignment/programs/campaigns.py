"""How does a campaign come in or change? The only writer of campaigns, apart from those made by their name alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from alignment.before import Before, remember
from alignment.cleaning import Unfit, clean_attributes, clean_text
from alignment.money import clean_amount, clean_currency
from alignment.outcome import RowResult
from alignment.own_names import own_id
from alignment.programs.models import Campaign
from alignment.programs.rows import CampaignRow
from alignment.refusals import FieldError, Refused

TEXTS = {"name": 300, "system": 100, "external_id": 200, "type": 100, "status": 100, "currency": 10}
SAVING_CAMPAIGNS = 7_003
"""The advisory lock under which campaigns are made from rows."""
EDITABLE = ("name", "type", "status", "starts_at", "ends_at", "budget", "currency", "attributes")


class _Book:
    """The campaigns that are here, by what they are found by."""

    def __init__(self, campaigns: Sequence[Campaign]) -> None:
        self._by_id: dict[tuple[str, str], Campaign] = {}
        self._by_name: dict[str, Campaign] = {}
        self._by_own: dict[int, Campaign] = {campaign.pk: campaign for campaign in campaigns}
        for campaign in campaigns:
            self.enter(campaign)

    def enter(self, campaign: Campaign) -> None:
        if campaign.external_id is not None:
            self._by_id.setdefault((campaign.system or "", campaign.external_id), campaign)
        self._by_name.setdefault(campaign.name.lower(), campaign)

    def find(self, values: Mapping[str, object]) -> Campaign | None:
        """By external id; else by name, where that campaign has no other external id."""
        own = own_id(str(values.get("system", "")), str(values.get("external_id", "")))
        if own is not None and own in self._by_own:
            return self._by_own[own]
        if values.get("external_id") is None:
            return self._by_name.get(str(values["name"]).lower())
        known = self._by_id.get((str(values.get("system", "")), str(values["external_id"])))
        if known is not None:
            return known
        namesake = self._by_name.get(str(values["name"]).lower())
        return namesake if namesake is not None and namesake.external_id is None else None


@transaction.atomic
def save_campaigns(
    rows: Sequence[CampaignRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make or change campaigns; one result a row, in order. The newest stated value wins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SAVING_CAMPAIGNS])
    book = _Book(list(Campaign.objects.select_for_update(no_key=True).order_by("id")))
    results = []
    for index, row in enumerate(rows):
        try:
            results.append(_save(index, _clean(row), book, import_id))
        except Unfit as unfit:
            results.append(unfit.result(index))
    return results


def _clean(row: CampaignRow) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, limit in TEXTS.items():
        text = clean_text(name, getattr(row, name), limit)
        if text is not None:
            values[name] = clean_currency(text) if name == "currency" else text
    if "name" not in values:
        raise Unfit("name", "required", "A campaign needs a name.")
    moments = {"starts_at": row.starts_at, "ends_at": row.ends_at, "budget": clean_amount("budget", row.budget)}
    values |= {name: value for name, value in moments.items() if value is not None}
    if row.attributes:
        values["attributes"] = clean_attributes(row.attributes)
    return values


def _save(index: int, values: dict[str, object], book: _Book, import_id: int | None) -> RowResult:
    campaign = book.find(values)
    if campaign is None:
        if "external_id" in values:
            values.setdefault("system", "")
        campaign = Campaign.objects.create(**values, import_id=import_id)
        book.enter(campaign)
        return RowResult(index, "created", campaign.pk)
    if own_id(str(values.get("system", "")), str(values.get("external_id", ""))) == campaign.pk:
        values = {name: value for name, value in values.items() if name not in ("system", "external_id")}
    elif campaign.external_id is not None:
        values.pop("system", None)
    elif "external_id" in values:
        values.setdefault("system", "")
    if isinstance(values.get("attributes"), dict):
        values["attributes"] = {**campaign.attributes, **dict(values["attributes"])}  # type: ignore[call-overload]
    changed = [name for name, value in values.items() if getattr(campaign, name) != value]
    if not changed:
        return RowResult(index, "unchanged", campaign.pk)
    was = {name: getattr(campaign, name) for name in changed}
    _write(campaign, {name: values[name] for name in changed}, import_id)
    remember(import_id, "campaign", [Before(campaign.pk, was, {name: values[name] for name in changed})])
    book.enter(campaign)
    return RowResult(index, "updated", campaign.pk)


def _write(campaign: Campaign, values: Mapping[str, object], import_id: int | None = None) -> None:
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.version += 0 if import_id is not None and campaign.import_id == import_id else 1
    campaign.save(update_fields=[*values, "version"])


@transaction.atomic
def edit_campaign(
    campaign: Campaign, changes: Mapping[str, object], *, expected_version: int | None = None
) -> Campaign:
    """Change fields of `EDITABLE` by hand, None empties; another version than expected is refused (`version_changed`, 412)."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if expected_version is not None and locked.version != expected_version:
        raise Refused(
            "version_changed", "Somebody changed this campaign meanwhile. Look again, then decide.", status=412
        )
    known = {name: getattr(locked, name) for name in EDITABLE}
    try:
        stated = {name: value for name, value in changes.items() if name in EDITABLE and value is not None}
        clean = _clean(CampaignRow(**{"name": locked.name, **stated}))  # type: ignore[arg-type]
    except Unfit as unfit:
        raise Refused(unfit.code, unfit.detail, [FieldError(unfit.field or "", unfit.code, unfit.detail)]) from unfit
    empty: dict[str, object] = {"type": "", "status": "", "attributes": {}}
    emptied = {
        name: empty.get(name)
        for name, value in changes.items()
        if name in EDITABLE and value is None and name != "name"
    }
    if isinstance(clean.get("attributes"), dict):
        clean["attributes"] = {**locked.attributes, **dict(clean["attributes"])}  # type: ignore[call-overload]
    differing = {name: value for name, value in {**clean, **emptied}.items() if known.get(name) != value}
    namesake = Campaign.objects.filter(name__iexact=differing.get("name", ""), external_id=None).exclude(pk=locked.pk)
    if "name" in differing and locked.external_id is None and namesake.exists():
        detail = "Another campaign has this name."
        raise Refused("name_taken", detail, [FieldError("name", "name_taken", detail)], status=409)
    if differing:
        _write(locked, differing)
    return locked
