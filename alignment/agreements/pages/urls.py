"""The addresses of the pages about agreements."""

from django.urls import path

from alignment.agreements.addresses import KEY
from alignment.agreements.pages import agreement, comparing, decisions, editing, evidence, lists, version

app_name = "agreements"
ONE = f"agreements/<str:kind>/{KEY}/"
VERSION = f"{ONE}<int:number>/"
urlpatterns = [
    path("agreements/", lists.show, name="list"),
    path("agreements/version/<int:pk>/", version.by_id, name="by-id"),
    path(ONE, agreement.show, name="agreement"),
    path(f"{ONE}draft/", agreement.begin, name="begin"),
    path(f"{ONE}progress/", agreement.work, name="work"),
    path(f"{ONE}compare/", comparing.choose, name="choose"),
    path(f"{ONE}compare/<int:before>/<int:after>/", comparing.compare, name="compare"),
    path(VERSION, version.show, name="version"),
    path(f"{VERSION}write/", editing.edit, name="edit"),
    path(f"{VERSION}draft/", decisions.draft, name="draft"),
    path(f"{VERSION}sign/", decisions.sign, name="sign"),
    path(f"{VERSION}reject/", decisions.reject, name="reject"),
    path(f"{VERSION}withdraw/", decisions.withdraw, name="withdraw"),
    path(f"{VERSION}discard/", decisions.discard, name="discard"),
    path(f"{VERSION}override/", decisions.override, name="override"),
    path(f"{VERSION}revert/", decisions.revert, name="revert"),
    path(f"{VERSION}comment/", decisions.comment, name="comment"),
    path(f"{VERSION}backtest/", evidence.ask, name="backtest"),
    path(f"{VERSION}evidence/", evidence.show, name="evidence"),
]
