"""The cache, and in it numbers that count up: each takes one question to the server, where Django's own `incr` takes two."""

from __future__ import annotations

from django.core.cache.backends.redis import RedisCache


class CountingCache(RedisCache):
    """What the settings name as the cache."""

    def count(self, name: str, seconds: int, more: int = 1) -> int:
        """So many more under this name; the number so far. The first ones have it forgotten after so many seconds."""
        key = self.make_and_validate_key(name)
        client = self._cache.get_client(key, write=True)
        number = int(client.incr(key, more))
        if number == more:
            client.expire(key, seconds)
        return number
