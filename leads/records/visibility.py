"""The rule of `Lead.objects.visible_to`, for statements written in SQL."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.people.models import Side, User
from alignment.people.selectors import Somebody, sees_everything


@dataclass(frozen=True)
class Sight:
    """What somebody may see: everything, or the leads that `team_id` holds or is offered (none where it is None)."""

    everything: bool
    team_id: int | None = None

    def parameters(self) -> dict[str, object]:
        """Values for `VISIBLE`."""
        return {"sees_everything": self.everything, "seen_team": self.team_id}


VISIBLE = "(%(sees_everything)s OR l.team_id = %(seen_team)s OR l.offered_team_id = %(seen_team)s)"


def sight_of(user: Somebody | None) -> Sight:
    """What `user` may see; None is the operator at the command line, who sees everything."""
    if user is None or sees_everything(user):
        return Sight(everything=True)
    if isinstance(user, User) and user.is_active and user.side == Side.PARTNER:
        return Sight(everything=False, team_id=user.team_id)
    return Sight(everything=False)
