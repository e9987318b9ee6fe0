"""How much may one caller ask in a minute? Counted in the cache by the minute; without the cache nobody is held up.

Where much is allowed, a process takes what it may let in from the common count in lots, a three-hundredth of the limit at once: it
asks the cache once for twenty requests instead of at every one. What a process took and did not use is lost for that minute.
"""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING, cast

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from alignment.api.counting import CountingCache

if TYPE_CHECKING:  # the settings name this module, and views read the settings
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60
LOTS = 300
MOST_HELD = 10_000
counter = cast("CountingCache", cache)
_held: dict[str, tuple[int, int]] = {}
"""By caller: the minute, and how many more requests this process may let in without asking."""
_lock = Lock()


def _let_in(who: str, minute: int, limit: int) -> bool:
    """One more request of this caller: out of what this process holds for the minute, else out of a new lot."""
    with _lock:
        held_for, left = _held.get(who, (minute, 0))
        if held_for == minute and left:
            _held[who] = minute, left - 1
            return True
    lot = max(1, limit // LOTS)
    taken = counter.count(f"throttle:{who}:{minute}", 2 * WINDOW_SECONDS, lot)
    left = min(lot, limit - taken + lot) - 1
    if left > 0:
        with _lock:
            if len(_held) > MOST_HELD:
                _held.clear()
            _held[who] = minute, left
    return left >= 0


class MinuteThrottle(BaseThrottle):
    """At most `limit` requests in each minute of the clock for whoever `who` names."""

    limit = 6000

    def who(self, request: Request) -> str | None:
        """Whose requests are counted together; None: not counted here."""
        return f"user-{request.user.pk}" if request.user.is_authenticated else None

    def allow_request(self, request: Request, _view: APIView) -> bool:
        who = self.who(request)
        if who is None:
            return True
        present = time.time()
        self.left = WINDOW_SECONDS - present % WINDOW_SECONDS
        try:
            return _let_in(who, int(present // WINDOW_SECONDS), self.limit)
        except (RedisError, OSError, ValueError) as error:
            log.warning("Requests are not counted: %s", error)
            return True

    def wait(self) -> float:
        return self.left


class StrangerThrottle(MinuteThrottle):
    """Whoever comes without a key, by address."""

    limit = 120

    def who(self, request: Request) -> str | None:
        return None if request.user.is_authenticated else f"stranger-{self.get_ident(request)}"
