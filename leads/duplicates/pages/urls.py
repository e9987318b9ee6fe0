"""Addresses of the pages about duplicates."""

from django.urls import path

from leads.duplicates.pages import actions, compare, lists

urlpatterns = [
    path("duplicates/", lists.index, name="duplicates"),
    path("duplicates/stock/", actions.compare_all, name="duplicates-stock"),
    path("duplicates/<int:first_id>/<int:second_id>/", compare.show, name="duplicates-compare"),
    path("duplicates/<int:first_id>/<int:second_id>/merge/", actions.merge_leads, name="duplicates-merge"),
    path("duplicates/<int:pair_id>/dismiss/", actions.dismiss_pair, name="duplicates-dismiss"),
    path("duplicates/<int:pair_id>/reopen/", actions.reopen_pair, name="duplicates-reopen"),
    path("merges/<int:merge_id>/undo/", actions.undo_merge, name="merge-undo"),
]
