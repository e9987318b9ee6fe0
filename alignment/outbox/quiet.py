"""Until when are people left alone? Mail and chat wait for that; what is urgent does not, and notices in the product never do.

Whoever knows when people work plugs it in; until somebody has, nobody is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

Quiet = Callable[[Collection[int], datetime], Mapping[int, datetime]]
"""Of these users (by id) at an instant: until when those are left alone who are; the others are not in it."""

_rules: list[Quiet] = []


def plug_in(rule: Quiet) -> None:
    """Called once by each app that knows, when it is ready."""
    _rules.append(rule)


def quiet_until(user_ids: Collection[int], now: datetime) -> Mapping[int, datetime]:
    """Who of them is left alone now, and until when: the latest that any rule says."""
    found: dict[int, datetime] = {}
    for rule in _rules if user_ids else ():
        for user_id, until in rule(user_ids, now).items():
            found[user_id] = max(until, found.get(user_id, until))
    return {user_id: until for user_id, until in found.items() if until > now}
