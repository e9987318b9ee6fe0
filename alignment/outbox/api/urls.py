"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from alignment.outbox.api.channels import Channels
from alignment.outbox.api.notices import Notices

urlpatterns = [
    path("channels", to(Channels, get="list", post="create"), name="api-channels"),
    path("channels/<int:pk>", to(Channels, get="retrieve", patch="change", delete="remove"), name="api-channel"),
    path("channels/<int:pk>/test", to(Channels, post="test"), name="api-channel-test"),
    path("notices", to(Notices, get="list"), name="api-notices"),
    path("notices/<int:pk>", to(Notices, get="retrieve"), name="api-notice"),
    path("notices/<int:pk>/read", to(Notices, post="read"), name="api-notice-read"),
]
