"""What exists here that a value of a file may mean: stages, people, teams, sources. Asked by the proposals and the mapping page."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from alignment.people.models import Team, User
from alignment.programs.models import Campaign
from leads.activities.kinds import KINDS as ACTIVITY_KINDS
from leads.funnel.stage_sets import stage_set
from leads.imports.mapping.value_maps import LOST, OPEN, WON, Target
from leads.records.models import Lead

MOST, LATEST = 300, 2_000
"""Of campaigns, sources and the like so many are offered, those of so many leads; any value may stay as it stands."""


def targets_of(kind: str, field: str) -> tuple[Target, ...]:
    """What the values of this field may be mapped to; nothing where the field is no such thing."""
    if field.startswith("consent."):
        return _consents()
    find = _BY_FIELD.get((kind, field)) or _BY_FIELD.get(("", field))
    return find() if find else ()


def is_mapped(kind: str, field: str) -> bool:
    """Whether the field's values mean something that exists here."""
    return field.startswith("consent.") or (kind, field) in _BY_FIELD or ("", field) in _BY_FIELD


def is_closed(kind: str, field: str) -> bool:
    """Whether a value that is none of these sets its row aside; people, sources and the like may be new."""
    return field.startswith("consent.") or (kind, field) in _CLOSED or ("", field) in _CLOSED


def _stages() -> tuple[Target, ...]:
    stages = stage_set()
    lowest = {
        stage.key for stage in stages.stages if stages.first_of(stage.category) == stage and stage.category != OPEN
    }
    return tuple(
        Target(stage.key, stage.title, (stage.key,), (stage.category,) if stage.key in lowest else ())
        for stage in stages.stages
    )


def _people() -> tuple[Target, ...]:
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    return tuple(Target(one.label, str(one), tuple(text for text in (one.email, one.name) if text)) for one in people)


def _teams() -> tuple[Target, ...]:
    return tuple(Target(team.name, team.name) for team in Team.objects.order_by("name"))


def _campaigns() -> tuple[Target, ...]:
    return _plain(Campaign.objects.order_by("name").values_list("name", flat=True)[:MOST])


def _values(field: str) -> Callable[[], tuple[Target, ...]]:
    """The values that the latest leads have."""

    def find() -> tuple[Target, ...]:
        latest = Lead.objects.order_by("-pk").values_list(field, flat=True)[:LATEST]
        return _plain(sorted({value for value in latest if value})[:MOST])

    return find


def _plain(values: Iterable[str]) -> tuple[Target, ...]:
    return tuple(Target(value, value) for value in values if value)


def _statuses() -> tuple[Target, ...]:
    return Target(OPEN, "Open"), Target(WON, "Won"), Target(LOST, "Lost")


def _deal_kinds() -> tuple[Target, ...]:
    return Target("new", "New business"), Target("upsell", "Up-sell"), Target("renewal", "Renewal")


def _activity_kinds() -> tuple[Target, ...]:
    return tuple(Target(kind.key, kind.title, kind.aliases) for kind in ACTIVITY_KINDS)


def _consents() -> tuple[Target, ...]:
    return (
        Target("granted", "Granted", ("yes", "true", "opt-in")),
        Target("refused", "Refused", ("no", "false")),
        Target("withdrawn", "Withdrawn", ("opt-out",)),
    )


_BY_FIELD: dict[tuple[str, str], Callable[[], tuple[Target, ...]]] = {
    ("", "stage"): _stages,
    ("deals", "status"): _statuses,
    ("", "owner"): _people,
    ("", "by"): _people,
    ("", "team"): _teams,
    ("", "source"): _values("source"),
    ("", "channel"): _values("channel"),
    ("", "campaign"): _campaigns,
    ("activities", "kind"): _activity_kinds,
    ("deals", "kind"): _deal_kinds,
}

_CLOSED = frozenset({("", "stage"), ("deals", "status"), ("activities", "kind"), ("deals", "kind")})
