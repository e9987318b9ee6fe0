"""The addresses of the editor of lead definitions."""

from django.urls import path

from alignment.agreements.addresses import KEY
from leads.definitions.pages import backtest, editor, fragments, suggestion

app_name = "definitions"
BEHIND = f"agreements/lead_definition/{KEY}/<int:number>/backtests/<int:backtest>/<slug:listing>"
SUGGESTED = f"agreements/lead_definition/{KEY}/suggested/"
EDIT = f"agreements/lead_definition/{KEY}/<int:number>/edit/"
urlpatterns = [
    path(EDIT, editor.edit, name="edit"),
    path(f"{EDIT}preview/", fragments.preview, name="preview"),
    path(f"{EDIT}values/", fragments.values, name="values"),
    path(f"{BEHIND}/", backtest.leads, name="backtest-list"),
    path(f"{BEHIND}.csv", backtest.as_csv, name="backtest-csv"),
    path(SUGGESTED, suggestion.ask, name="suggest"),
    path(f"{SUGGESTED}<int:run>/", suggestion.watch, name="suggestion"),
]
