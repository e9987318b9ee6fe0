"""Addresses under /api/v1/. A number names a version, a kind and a key an agreement."""

from django.urls import path

from alignment.agreements.api.asking import InForce, Kinds
from alignment.agreements.api.collections import Agreements, Versions
from alignment.agreements.api.steps import VersionSteps
from alignment.agreements.api.talk import Backtests, Comments
from alignment.api.routes import to

ONE, AGREEMENT = "agreements/<int:pk>", "agreements/<str:kind>/<str:key>"
STEPS = ("propose", "sign", "reject", "withdraw", "override", "revert")

urlpatterns = [
    path("agreements", to(Agreements, get="list", post="create"), name="api-agreements"),
    path("agreements/in-force", InForce.as_view(), name="api-agreements-in-force"),
    path("agreements/kinds", Kinds.as_view(), name="api-agreements-kinds"),
    path(
        ONE,
        to(VersionSteps, get="retrieve", patch="change", delete="discard"),
        name="api-agreement-version",
    ),
    *(path(f"{ONE}/{step}", to(VersionSteps, post=step), name=f"api-agreement-{step}") for step in STEPS),
    path(f"{ONE}/difference", to(VersionSteps, get="difference"), name="api-agreement-difference"),
    path(f"{ONE}/comments", to(Comments, get="list", post="create"), name="api-agreement-comments"),
    path(f"{ONE}/backtest", to(Backtests, get="list", post="create"), name="api-agreement-backtests"),
    path(f"{ONE}/backtest/<int:backtest>", to(Backtests, get="one"), name="api-agreement-backtest"),
    path(AGREEMENT, to(Agreements, get="one"), name="api-agreement"),
    path(f"{AGREEMENT}/versions", to(Versions, get="list"), name="api-agreement-versions"),
    path(f"{AGREEMENT}/versions/<int:number>", to(Versions, get="numbered"), name="api-agreement-numbered"),
]
