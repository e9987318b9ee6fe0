"""Another funnel, signed by both."""

from __future__ import annotations

from typing import Any

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import ONLY_KEY
from leads.funnel.terms import KIND
from tests.world import NOW, Cast


def sign_funnel(cast: Cast, document: dict[str, Any]) -> None:
    draft = start_draft(KIND, ONLY_KEY, document, author=cast.marketer, now=NOW)
    propose(draft.pk, by=cast.marketing_lead, now=NOW)
    sign(draft.pk, by=cast.sales_lead, now=NOW)
