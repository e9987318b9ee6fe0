"""The cast, a rule in force, and a lead that is ready for it."""

from __future__ import annotations

import pytest

from alignment.agreements.in_force import InForce
from leads.records.models import Lead
from tests import world
from tests.leads.handoffs.handing import agreed, an_mql
from tests.world import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


@pytest.fixture
def rule(cast: Cast) -> InForce:
    return agreed(cast)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return an_mql("ada", owner=cast.marketer)
