"""The addresses of the editor of handoff rules, and of the lists behind their backtests."""

from django.urls import path

from alignment.agreements.addresses import KEY
from leads.handoffs.pages import editor, rule_backtest

app_name = "handoff-rules"
EDIT = f"handoff-rules/{KEY}/draft/<int:number>/"
BEHIND = f"handoff-rules/{KEY}/<int:number>/backtests/<int:backtest>/<slug:listing>"
urlpatterns = [
    path(EDIT, editor.edit, name="edit"),
    path(f"{EDIT}preview/", editor.preview, name="preview"),
    path(f"{EDIT}values/", editor.values, name="values"),
    path(f"{BEHIND}/", rule_backtest.leads, name="backtest-list"),
    path(f"{BEHIND}.csv", rule_backtest.as_csv, name="backtest-csv"),
]
