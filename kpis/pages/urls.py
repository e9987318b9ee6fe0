"""Addresses of the pages about figures. Those that only count and list are read from the replica, where there is one."""

from django.urls import path

from alignment.replica.router import from_replica
from kpis.agreed.pages import editor, kpi, scorecard, targets
from kpis.digests import pages as digests
from kpis.explorer import pages as explorer
from kpis.forecasts.pages import journey
from kpis.pages import behind, dashboard, freshness, gap_draft, leakage, listings, metrics, my_leads, now, reports
from kpis.scores.pages import scores
from kpis.verdicts.pages import campaigns

urlpatterns = [
    path("kpis/", from_replica(scorecard.show), name="kpis"),
    path("kpis/new/", editor.begin, name="kpi-new"),
    path("kpis/baseline/", from_replica(scorecard.since_we_began), name="kpi-baseline"),
    path("kpis/ask/", journey.ask_of_one, name="ask-nearly"),
    path("kpis/targets/", targets.show, name="kpi-targets"),
    path("kpis/targets/propose/", targets.propose, name="kpi-targets-propose"),
    path("kpis/<slug:key>/", from_replica(kpi.show), name="kpi"),
    path("kpis/<slug:key>/journey/", journey.show, name="journey"),
    path("kpis/<slug:key>/journey/ask/", journey.ask, name="ask-journey"),
    path("kpis/<slug:key>/draft/<int:number>/", editor.edit, name="kpi-edit"),
    path("", from_replica(dashboard.show), name="dashboard"),
    path("my-leads/", my_leads.show, name="my-leads"),
    path("now/", now.show, name="now"),
    path("now/<int:lead_id>/", now.done, name="now-done"),
    path("scores/", scores.show, name="scores"),
    path("scores/learn/", scores.learn, name="scores-learn"),
    path("campaigns/", from_replica(campaigns.index), name="campaigns"),
    path("campaigns/<int:pk>/", from_replica(campaigns.show), name="campaign"),
    path("freshness/", freshness.show, name="freshness"),
    path("leakage/", from_replica(leakage.show), name="leakage"),
    path("digest/", digests.latest, name="digest"),
    path("digest/choice/", digests.choose, name="digest-choice"),
    path("digest/<slug:week>/<slug:readers>/", digests.show, name="digest-week"),
    path("digest/<slug:week>/<slug:readers>.pdf", digests.pdf, name="digest-pdf"),
    path("explore/", from_replica(explorer.show), name="explore"),
    path("metrics/", from_replica(metrics.index), name="metric-catalogue"),
    path("metrics/<str:key>/", from_replica(metrics.show), name="metric"),
    path("metrics/<str:key>/behind/", from_replica(metrics.behind), name="metric-behind"),
    path("reports/leads/", from_replica(behind.leads), name="leads-behind"),
    path("reports/changes/", from_replica(behind.changes), name="changes-behind"),
    path("reports/gap/draft/", gap_draft.begin, name="gap-draft"),
    path("reports/<slug:key>/", from_replica(reports.show), name="report"),
    path("reports/<slug:key>/behind/", from_replica(listings.show), name="report-behind"),
    path("reports/<slug:key>.csv", reports.as_csv, name="report-csv"),
]
