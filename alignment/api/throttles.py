"""How much may one caller ask in a minute? Counted in the cache by the minute; without the cache nobody is held up."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:  # the settings name this module, and views read the settings
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60


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
        name = f"throttle:{who}:{int(present // WINDOW_SECONDS)}"
        try:
            cache.add(name, 0, 2 * WINDOW_SECONDS)
            return cache.incr(name) <= self.limit
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
