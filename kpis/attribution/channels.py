"""What is the name behind the hash of a channel? Touches carry the hash; names are looked up once each, by one of their touches."""

from __future__ import annotations

import numpy as np
from django.db import connection

from kpis.attribution.arrays import Int64
from kpis.attribution.queries.touches import Touches

NAMES = "SELECT id, channel FROM leads_activity WHERE id = ANY(%(activities)s::bigint[])"


class Channels:
    """Numbers the channels of touches, from 0 for "(none)"."""

    def __init__(self) -> None:
        self.names: list[str | None] = [None]
        self._codes: dict[int, int] = {0: 0}

    def of(self, touches: Touches) -> Int64:
        """The number of each touch's channel."""
        hashes, first, place = np.unique(touches.channel, return_index=True, return_inverse=True)
        unknown = [n for n, one in enumerate(hashes.tolist()) if one not in self._codes]
        if unknown:
            activities = touches.activity[first[unknown]].tolist()
            with connection.cursor() as cursor:
                cursor.execute(NAMES, {"activities": activities})
                names = dict(cursor.fetchall())
            for n, activity in zip(unknown, activities, strict=True):
                self._codes[int(hashes[n])] = len(self.names)
                self.names.append(names[activity])
        codes = np.array([self._codes[one] for one in hashes.tolist()], dtype=np.int64)
        return codes[place.ravel()]
