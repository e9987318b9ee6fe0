"""Which fields has the form of a handoff rule, and what can be chosen in each? Teams, people, stages and campaigns by name.

The form is flatter than the document (`editor_form` turns one into the other): a way to find a receiver has every field that any
strategy has, and shows those of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alignment.agreements.pages.shapes import Leaf, Part, Record, Shape, Table
from alignment.people.models import Side, Team, User
from alignment.programs.models import Campaign
from leads.definitions.fields import FIELDS
from leads.funnel.models import Category
from leads.funnel.stage_sets import stage_set
from leads.handoffs.terms import MOST_ROWS

Choices = Sequence[tuple[str, object]]

STRATEGIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "company_owner": ("Whoever has the company already", ()),
    "named_account": ("Whoever looks after the account", ("accounts",)),
    "table": ("By territory, segment or language", ("field", "rows")),
    "round_robin": ("In turn, everybody alike", ("team", "people", "skill")),
    "weighted": ("In turn, weighted by capacity", ("team", "people", "skill")),
    "least_loaded": ("Who has least in hand", ("team", "people", "skill")),
    "queue": ("The team as a queue", ("team",)),
}
"""What each strategy is called, and which fields of the form are its own."""

MOST_CAMPAIGNS = 500


def rule_shape() -> Record:
    """The form, with what can be chosen at this moment."""
    people, teams = _people(), _teams()
    return _record(
        _part("title", "Title", Leaf("text", longest=100), required=True),
        _part("order", "Place", Leaf("integer"), hint="Rules are tried from the lowest place on.", default=100),
        _part("from", "From", _place(("marketing", "sales")), required=True),
        _part("to", "To, once accepted", _place(Side.values), required=True),
        _part("routing", "Who gets it", Table(_step(teams, people), "Way", 20)),
        _part("accept_within", "To be accepted within", _span(), required=True),
        _part("contact_within", "First contact within", _span(), required=True),
        _part("remind_percent", "Reminder after", Leaf("number", empty=True), hint="Per cent of the time. Empty: none."),
        _part("expire_after", "Goes to the next after", _span(empty=True), hint="Counted from the missed deadline. Empty: never."),
        _part("escalate", "Who is told of missed deadlines", Table(_escalation(), "Message", 5)),
        _part("reasons", "Reasons", Table(_reason(), "Reason", 50)),
        _part("bounce_limit", "Most returns", Leaf("integer"), hint="In one pass; then both leads are told.", default=3),
        _part("re_entry", "Offered again", Leaf("choice", choices=AGAIN), default="as_it_is"),
        _part("holds", "What may be waited for", Table(_hold(), "Wait", 20)),
    )  # fmt: skip


AGAIN: Choices = (("as it is", "as_it_is"), ("after something new", "something_new"))
KINDS_OF_TIME: Choices = (("of working time", True), ("by the clock", False))
NEXT: Choices = (
    ("back to marketing", "recycle"),
    ("not pursued further", "disqualify"),
    ("offered to the next", "reroute"),
)
TOLD: Choices = (("the receiver's team lead", "receiver_lead"), ("the leads of both teams", "both_leads"))


def _record(*parts: Part, empty: bool = False) -> Record:
    return Record(parts, empty)


def _part(
    name: str, label: str, shape: Shape, *, hint: str = "", required: bool = False, default: object = None
) -> Part:
    return Part(name, label, hint, required, default, shape)


def _place(sides: Iterable[str]) -> Record:
    steps = [stage for stage in stage_set().forward if stage.category == Category.OPEN]
    return _record(
        _part("stage", "Stage", Leaf("choice", choices=[(one.title, one.key) for one in steps]), required=True),
        _part("side", "Side", Leaf("choice", choices=[(side.capitalize(), side) for side in sides]), required=True),
    )


def _span(*, empty: bool = False) -> Record:
    return _record(
        _part("hours", "Hours", Leaf("number", empty=empty), required=not empty),
        _part("business", "Counted", Leaf("choice", choices=KINDS_OF_TIME), required=True, default=True),
    )


def _step(teams: Choices, people: Choices) -> Record:
    strategies = [(title, key) for key, (title, _fields) in STRATEGIES.items()]
    row = _record(
        _part("values", "Values", Leaf("text", longest=4_000), required=True, hint="Several are set apart by “;”."),
        *_pool(teams, people),
    )
    account = _record(
        _part("company", "Company", Leaf("text", longest=300), required=True, hint="Its name or domain."),
        _part("person", "Person", Leaf("choice", choices=people), required=True),
    )
    return _record(
        _part("strategy", "How", Leaf("choice", choices=strategies, shapes=True), required=True, default="round_robin"),
        *_pool(teams, people),
        _part("field", "Field", Leaf("choice", choices=_fields()), required=True, default="lead.territory"),
        _part("rows", "Who is in charge", Table(row, "Row", MOST_ROWS)),
        _part("accounts", "Accounts", Table(account, "Account", MOST_ROWS)),
    )


def _pool(teams: Choices, people: Choices) -> tuple[Part, ...]:
    return (
        _part("team", "Team", Leaf("choice", choices=teams), required=True),
        _part("skill", "With the skill of", Leaf("choice", empty=True, choices=_fields())),
        _part("people", "Only these people", Table(Leaf("choice", choices=people), "Person", MOST_ROWS)),
    )


def _escalation() -> Record:
    return _record(
        *_span().parts,
        _part("to", "Who is told", Leaf("choice", choices=TOLD), required=True, default="receiver_lead"),
    )


def _reason() -> Record:
    return _record(
        _part("title", "Reason", Leaf("text", longest=100), required=True),
        _part("next", "What follows", Leaf("choice", choices=NEXT), required=True, default="recycle"),
        _part("campaign", "Nurture campaign", Leaf("choice", empty=True, choices=_campaigns())),
        _part("cool_off_days", "Days of rest", Leaf("integer"), default=0),
        _part("note", "Asks for a note", Leaf("yes")),
        _part("key", "Short name", Leaf("text", empty=True, longest=50), hint="Stays when the words change. Empty: made of them."),
    )  # fmt: skip


def _hold() -> Record:
    return _record(
        _part("title", "What for", Leaf("text", longest=100), required=True),
        _part("most_hours", "Hours at most", Leaf("number"), required=True, default=120),
        _part("key", "Short name", Leaf("text", empty=True, longest=50)),
    )


def _fields() -> Choices:
    """Text fields; an attribute that a draft names is added when it is drawn."""
    return [(field.title.capitalize(), field.name) for field in FIELDS if field.kind == "text" and not field.only]


def _teams() -> Choices:
    teams = Team.objects.order_by("name", "pk").values_list("name", "side", "pk")
    return [(f"{name} ({side})", pk) for name, side, pk in teams]


def _people() -> Choices:
    people = User.objects.filter(is_active=True, team__isnull=False).select_related("team").order_by("name", "pk")
    return [(f"{one} ({one.team})", one.pk) for one in people]


def _campaigns() -> Choices:
    return list(Campaign.objects.order_by("-pk").values_list("name", "pk")[:MOST_CAMPAIGNS])
