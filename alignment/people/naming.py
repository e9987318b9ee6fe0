"""What are people and teams called, to whoever reads? Asked by everything that names somebody to a partner.

A partner's people know the names of their own team; everybody else, of this company or of another partner, is "our side" to them.
"""

from __future__ import annotations

from alignment.people.models import Team, User
from alignment.people.selectors import Somebody, sees_everything

OUR_SIDE = "our side"


def knows_team(reader: Somebody, team_id: int | None) -> bool:
    """Whether the reader may learn who is in that team, and that it has a part in something."""
    if sees_everything(reader):
        return True
    return isinstance(reader, User) and team_id is not None and team_id == reader.team_id


def knows(reader: Somebody, one: User | Team | None) -> bool:
    """Whether the reader may learn this name; nobody's is no secret."""
    if one is None or one == reader:
        return True
    return knows_team(reader, one.pk if isinstance(one, Team) else one.team_id)


def name_to(reader: Somebody, one: User | Team | None, *, label: bool = False) -> str:
    """The name of a person or a team, to this reader; nothing where there is nobody. `label`: people as reports name them."""
    if one is None:
        return ""
    if not knows(reader, one):
        return OUR_SIDE
    return one.label if label and isinstance(one, User) else str(one)


def first_of(reader: Somebody, *known: User | Team | None) -> str:
    """The name of the first of these that there is."""
    return next((name_to(reader, one) for one in known if one is not None), "")


def label_to(reader: Somebody, *, email: str | None, name: str, user_id: int | None, team_id: int | None) -> str:
    """What `name_to` with `label` says of a person (or, without `user_id`, of a team), from the columns alone."""
    mine = user_id is not None and isinstance(reader, User) and user_id == reader.pk
    return email or name if mine or knows_team(reader, team_id) else OUR_SIDE
