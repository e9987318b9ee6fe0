"""Who works with handoffs while things break, and by which rule: laid into the database of this process's home.

`python -m tests.chaos.scene` prints as JSON who there is, with their API keys.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from decimal import Decimal

WEIGHTS = {"Anna": 50_000, "Bob": 30_000, "Cleo": 20_000, "Dora": 10_000}
"""Who receives, and how many leads a month they have room for: far more than there will be, in these proportions."""

SECOND = 1 / 3600
"""Of an hour: the clocks of the rule run out while the test goes on."""


@dataclass(frozen=True)
class Person:
    """Somebody who works over the API."""

    id: int
    name: str
    key: str
    weight: int = 0


@dataclass(frozen=True)
class Scene:
    """Marketing's system that sends leads, who receives them, and their lead."""

    marketing: Person
    receivers: tuple[Person, ...]
    lead: Person

    @classmethod
    def read(cls, printed: str) -> Scene:
        found = json.loads(printed)
        return cls(
            Person(**found["marketing"]),
            tuple(Person(**one) for one in found["receivers"]),
            Person(**found["lead"]),
        )


def lay_in() -> Scene:
    """The cast, a team that receives by weight, and a rule that both sides signed."""
    from alignment.people.api_keys import create_api_key
    from alignment.people.models import User
    from alignment.people.persons import add_person
    from leads.handoffs.receivers import Takes, set_receiver
    from tests import world
    from tests.leads.handoffs.handing import agreed
    from tests.leads.handoffs.routing.pools import team_of, weighted

    cast = world.cast()
    team, people = team_of(*WEIGHTS)
    lead = add_person(name="Elsa", email="elsa@test.example", team=team, role="lead", now=world.TIME_ZERO)
    for person in people:
        takes = Takes(capacity=Decimal(WEIGHTS[person.name]), period="month")
        set_receiver(person.pk, takes, by=cast.operator, now=world.TIME_ZERO)
    agreed(
        cast,
        routing=[weighted(team, people=[person.pk for person in people])],
        accept_within={"hours": 12 * SECOND, "business": False},
        contact_within={"hours": 200.0, "business": False},
        remind_at=0.5,
        escalate=[{"after": {"hours": 6 * SECOND, "business": False}, "to": "receiver_lead"}],
        expire_after=None,
    )

    def with_key(user: User) -> Person:
        key = create_api_key(user, scope="write", name="chaos")
        return Person(user.pk, user.name, key, WEIGHTS.get(user.name, 0))

    return Scene(with_key(cast.operator), tuple(with_key(person) for person in people), with_key(lead))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "alignment.settings"
    import django

    django.setup()
    sys.stdout.write(json.dumps(asdict(lay_in())))
