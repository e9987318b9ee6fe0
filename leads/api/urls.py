"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from leads.api.activities import Activities, StageChanges
from leads.api.backtests import BacktestLeads
from leads.api.companies import Companies
from leads.api.consents import Consents
from leads.api.deals import Deals
from leads.api.import_answers import ImportAnswers
from leads.api.imports import ImportErrors, Imports
from leads.api.leads import Leads
from leads.api.statements import Statements
from leads.api.suggestions import Suggestions
from leads.duplicates.api import Duplicates, Merges
from leads.handoffs.api.handoffs import Handoffs
from leads.handoffs.api.receivers import Absences, Receivers
from leads.handoffs.api.routing import LeadRouting

urlpatterns = [
    path("leads", to(Leads, get="list", post="create"), name="api-leads"),
    path("leads/bulk", to(Leads, post="bulk"), name="api-leads-bulk"),
    path("leads/<int:pk>", to(Leads, get="retrieve", patch="change"), name="api-lead"),
    path("leads/<int:pk>/stage", to(Leads, post="stage"), name="api-lead-stage"),
    path("leads/<int:pk>/export", to(Leads, get="export"), name="api-lead-export"),
    path("leads/<int:pk>/statements", to(Statements, get="spoken"), name="api-lead-statements"),
    path("leads/<int:pk>/erase", to(Leads, post="erase"), name="api-lead-erase"),
    path("leads/<int:pk>/consents", to(Consents, get="list", post="create"), name="api-lead-consents"),
    path("duplicates", to(Duplicates, get="list"), name="api-duplicates"),
    path("duplicates/<int:pk>", to(Duplicates, get="retrieve"), name="api-duplicate"),
    path("duplicates/<int:pk>/merge", to(Duplicates, post="merge"), name="api-duplicate-merge"),
    path("duplicates/<int:pk>/dismiss", to(Duplicates, post="dismiss"), name="api-duplicate-dismiss"),
    path("duplicates/<int:pk>/reopen", to(Duplicates, post="reopen"), name="api-duplicate-reopen"),
    path("merges", to(Merges, get="list", post="create"), name="api-merges"),
    path("merges/<int:pk>", to(Merges, get="retrieve"), name="api-merge"),
    path("merges/<int:pk>/undo", to(Merges, post="undo"), name="api-merge-undo"),
    path("leads/<int:pk>/routing", to(LeadRouting, get="routing"), name="api-lead-routing"),
    path("receivers", to(Receivers, get="list"), name="api-receivers"),
    path("receivers/<int:pk>", to(Receivers, get="retrieve", patch="change"), name="api-receiver"),
    path("absences", to(Absences, get="list", post="create"), name="api-absences"),
    path("absences/<int:pk>", to(Absences, get="retrieve", delete="remove"), name="api-absence"),
    path("handoffs", to(Handoffs, get="list", post="create"), name="api-handoffs"),
    path("handoffs/<int:pk>", to(Handoffs, get="retrieve"), name="api-handoff"),
    path("handoffs/<int:pk>/accept", to(Handoffs, post="accept"), name="api-handoff-accept"),
    path("handoffs/<int:pk>/reject", to(Handoffs, post="reject"), name="api-handoff-reject"),
    path("handoffs/<int:pk>/hold", to(Handoffs, post="hold"), name="api-handoff-hold"),
    path("handoffs/<int:pk>/resume", to(Handoffs, post="resume"), name="api-handoff-resume"),
    path("handoffs/<int:pk>/reassign", to(Handoffs, post="reassign"), name="api-handoff-reassign"),
    path("handoffs/<int:pk>/contacted", to(Handoffs, post="contacted"), name="api-handoff-contacted"),
    path("handoffs/<int:pk>/return", to(Handoffs, post="give_back"), name="api-handoff-return"),
    path("handoffs/<int:pk>/withdraw", to(Handoffs, post="withdraw"), name="api-handoff-withdraw"),
    path("handoffs/<int:pk>/explain", to(Handoffs, post="explain"), name="api-handoff-explain"),
    path("companies", to(Companies, get="list", post="create"), name="api-companies"),
    path("companies/<int:pk>", to(Companies, get="retrieve", patch="change"), name="api-company"),
    path("activities", to(Activities, get="list", post="create"), name="api-activities"),
    path("activities/bulk", to(Activities, post="bulk"), name="api-activities-bulk"),
    path("activities/<int:pk>", to(Activities, get="retrieve"), name="api-activity"),
    path("deals", to(Deals, get="list", post="create"), name="api-deals"),
    path("deals/<int:pk>", to(Deals, get="retrieve", patch="change"), name="api-deal"),
    path("stage-changes", to(StageChanges, get="list"), name="api-stage-changes"),
    path("stage-changes/<int:pk>", to(StageChanges, get="retrieve"), name="api-stage-change"),
    path("agreements/suggest", to(Suggestions, post="create"), name="api-suggestions"),
    path("agreements/suggest/lead_definition/<int:pk>", to(Suggestions, get="one"), name="api-suggestion"),
    path(
        "agreements/<int:pk>/backtest/<int:backtest>/leads/<slug:listing>",
        to(BacktestLeads, get="list"),
        name="api-backtest-leads",
    ),
    path("imports", to(Imports, get="list", post="create"), name="api-imports"),
    path("imports/<int:pk>", to(Imports, get="retrieve"), name="api-import"),
    path("imports/<int:pk>/errors.csv", to(ImportErrors, get="retrieve"), name="api-import-errors"),
    path("imports/<int:pk>/answer", to(ImportAnswers, post="answer"), name="api-import-answer"),
    path("imports/<int:pk>/repairs", to(ImportAnswers, post="repair"), name="api-import-repairs"),
    path("imports/<int:pk>/undo", to(Imports, post="undo"), name="api-import-undo"),
    path("imports/<int:pk>/stop", to(Imports, post="stop"), name="api-import-stop"),
    path("imports/<int:pk>/resume", to(Imports, post="resume"), name="api-import-resume"),
]
