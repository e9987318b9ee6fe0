"""Are kept values what is true, whatever happened in between?"""

from __future__ import annotations

import pytest

from kpis.metrics.kept.models import KeptValue
from kpis.recompute import drain
from tests.kpis.histories import draw_histories
from tests.kpis.metrics.kept.comparing import differences
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db


def test_a_history_is_kept_as_it_is_evaluated() -> None:
    cast()
    draw_histories(3, leads=12)
    drain()
    assert KeptValue.objects.exists()
    assert differences(NOW, computed=False) == []
