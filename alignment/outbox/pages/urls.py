"""The addresses of the pages about notices and channels."""

from django.urls import path

from alignment.outbox.pages import channels, notices

app_name = "outbox"
urlpatterns = [
    path("channels/", channels.channels_page, name="channels"),
    path("channels/new/", channels.new_channel_page, name="new-channel"),
    path("channels/<int:channel_id>/", channels.channel_page, name="channel"),
    path("channels/<int:channel_id>/test/", channels.test_channel, name="test-channel"),
    path("channels/<int:channel_id>/remove/", channels.remove_channel, name="remove-channel"),
    path("notices/", notices.notices_page, name="notices"),
    path("notices/read/", notices.read_all, name="read-all"),
    path("notices/undo/<str:note>/", notices.unread_again, name="unread-again"),
    path("notices/<int:notice_id>/", notices.open_notice, name="notice"),
    path("notices/<int:notice_id>/read/", notices.read_notice, name="read"),
]
