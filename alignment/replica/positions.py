"""How much of the database's history has each person seen? So that no figure is older than what they saw before.

A position is the number of bytes of write-ahead log up to it. For each person the cache's server keeps the furthest one that an
answer to them can have shown. Where it knows nothing of somebody (it was emptied, or does not answer), the primary is read.
"""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings

LASTS_SECONDS = 86_400
PATIENCE_SECONDS = 1
_MEMBER = "position"


def last_seen(person: int) -> int | None:
    """The furthest position shown to them; None if that is not known."""
    try:
        found = _server(settings.CACHES["default"]["LOCATION"]).zscore(_key(person), _MEMBER)
    except redis.RedisError:
        return None
    return None if found is None else int(found)


def remember(person: int, position: int) -> bool:
    """Whether it is kept that they have seen as far as this; two answers at once leave the further one."""
    try:
        with _server(settings.CACHES["default"]["LOCATION"]).pipeline() as together:
            together.zadd(_key(person), {_MEMBER: position}, gt=True)
            together.expire(_key(person), LASTS_SECONDS)
            together.execute()
    except redis.RedisError:
        return False
    return True


def _key(person: int) -> str:
    return f"alignment:seen:{person}"


@lru_cache(maxsize=4)
def _server(location: str) -> redis.Redis:
    return redis.Redis.from_url(location, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)
