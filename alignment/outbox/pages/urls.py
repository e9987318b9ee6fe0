"""The addresses of the pages about notices."""

from django.urls import path

from alignment.outbox.pages import notices

app_name = "outbox"
urlpatterns = [
    path("notices/", notices.notices_page, name="notices"),
    path("notices/read/", notices.read_all, name="read-all"),
    path("notices/undo/<str:note>/", notices.unread_again, name="unread-again"),
    path("notices/<int:notice_id>/", notices.open_notice, name="notice"),
    path("notices/<int:notice_id>/read/", notices.read_notice, name="read"),
]
