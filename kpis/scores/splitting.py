"""At which moments of the past are leads looked at, and which of them are for learning, calibrating and testing? By time, never by lot.

The test comes last, and nothing is learned from what was not known when it begins: every horizon of the earlier parts has ended by
then. Between learning and calibrating a lead that stands in both belongs to one of them, and weighs twice there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from kpis.scores.queries.rows import Row

LEARN, CALIBRATE, TEST = 0, 1, 2
MOMENTS = (12, 6, 6)
"""How many for learning, calibrating, testing."""

LONGEST = timedelta(days=3 * 365)
LEAST_STEP = timedelta(hours=12)
PARTS = ("learn", "calibrate", "test")


def moments(first: datetime, now: datetime, wait: timedelta) -> list[tuple[datetime, int]]:
    """With the part of each; none where the past is too short for two horizons and a little more."""
    usable = min(now - first - 2 * wait, LONGEST)
    step = usable / sum(MOMENTS)
    if step < LEAST_STEP:
        return []
    begin, test_end = now - 2 * wait - usable, now - wait
    learned, calibrated, tested = MOMENTS
    early = [(begin + step * (n + 1), LEARN if n < learned else CALIBRATE) for n in range(learned + calibrated)]
    return early + [(test_end - step * (tested - 1 - n), TEST) for n in range(tested)]


def once(rows: Sequence[Row]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which rows of learning and calibrating are used, and with which weight: those of a lead in both only in one, by its id."""
    parts = np.array([row.part for row in rows])
    leads = np.array([row.lead_id for row in rows], dtype=np.int64)
    both = np.isin(leads, np.intersect1d(leads[parts == LEARN], leads[parts == CALIBRATE]))
    hashed = (leads.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(63)
    here = (hashed == 0) == (parts == LEARN)
    used = (parts == TEST) | ~both | here
    return used, np.where(both & (parts != TEST), 2.0, 1.0)
