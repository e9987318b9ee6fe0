"""Every table of this app, from the rooms that own them."""

from leads.activities.models import Activity
from leads.calendars.models import WorkingSpan
from leads.deals.models import Deal
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.models import DefinitionRun, Evaluation, FieldsPast, ToQualify
from leads.definitions.suggesting.models import SuggestionRun
from leads.duplicates.models import MatchKey, Merge, Pair, StockRun, ToCompare
from leads.funnel.models import FunnelVersion, Stage, StageKey
from leads.handoffs.models import (
    Absence,
    Deadline,
    Handoff,
    HandoffStep,
    Hold,
    Need,
    OfferToTell,
    Receiver,
    ToRoute,
    ToTell,
    Turn,
)
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import Import, ImportBefore, ImportError, ImportLine, ImportProfile, ImportRepair
from leads.lifecycle.models import Progress, StageChange, StageVoid, Stay, Touched, TouchedAll
from leads.privacy.models import Consent, Discarded, Erased, Removal
from leads.records.models import (
    AwaitedParent,
    Company,
    CompanyIdentity,
    Edit,
    Lead,
    LeadIdentity,
    LeadValue,
    Note,
    Statement,
)

__all__ = [
    "Absence",
    "Activity",
    "AwaitedParent",
    "BacktestLead",
    "Company",
    "CompanyIdentity",
    "Consent",
    "Deadline",
    "Deal",
    "DefinitionRun",
    "Discarded",
    "Edit",
    "Erased",
    "Evaluation",
    "FieldsPast",
    "FunnelVersion",
    "Handoff",
    "HandoffStep",
    "Hold",
    "Import",
    "ImportBefore",
    "ImportDraft",
    "ImportError",
    "ImportLine",
    "ImportProfile",
    "ImportRepair",
    "Lead",
    "LeadIdentity",
    "LeadValue",
    "MatchKey",
    "Merge",
    "Need",
    "Note",
    "OfferToTell",
    "Pair",
    "Progress",
    "Receiver",
    "Removal",
    "Stage",
    "StageChange",
    "StageKey",
    "StageVoid",
    "Statement",
    "Stay",
    "StockRun",
    "SuggestionRun",
    "ToCompare",
    "ToQualify",
    "ToRoute",
    "ToTell",
    "Touched",
    "TouchedAll",
    "Turn",
    "WorkingSpan",
]
