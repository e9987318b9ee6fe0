"""Addresses of the pages about leads."""

from django.urls import include, path

from leads.pages import deals, editing, importing, imports, lead, lead_actions, lists, notes, privacy, repairs

urlpatterns = [
    path("", include("leads.definitions.pages.urls")),
    path("", include("leads.handoffs.pages.urls")),
    path("", include("leads.handoffs.pages.rule_urls")),
    path("", include("leads.duplicates.pages.urls")),
    path("leads/", lists.index, name="leads"),
    path("leads/new/", editing.new, name="lead-new"),
    path("leads/<int:lead_id>/", lead.show, name="lead"),
    path("leads/<int:lead_id>/edit/", editing.edit, name="lead-edit"),
    path("leads/<int:lead_id>/edits/<int:edit_id>/undo/", editing.undo, name="lead-edit-undo"),
    path("leads/<int:lead_id>/move/", lead_actions.move, name="lead-move"),
    path("leads/<int:lead_id>/moves/<int:change_id>/undo/", lead_actions.undo_move, name="lead-move-undo"),
    path("leads/<int:lead_id>/log/", lead_actions.log, name="lead-log"),
    path("leads/<int:lead_id>/deals/", deals.add, name="deal-add"),
    path("leads/<int:lead_id>/deals/<int:deal_id>/close/", deals.close, name="deal-close"),
    path("leads/<int:lead_id>/deals/<int:deal_id>/reopen/", deals.reopen, name="deal-reopen"),
    path("leads/<int:lead_id>/test/", lead_actions.test, name="lead-test"),
    path("leads/<int:lead_id>/export/", privacy.export, name="lead-export"),
    path("leads/<int:lead_id>/consents/", privacy.consent, name="lead-consent"),
    path("leads/<int:lead_id>/erase/", lead_actions.erase, name="lead-erase"),
    path("leads/<int:lead_id>/notes/", notes.add, name="note-add"),
    path("leads/<int:lead_id>/notes/<int:note_id>/", notes.edit, name="note-edit"),
    path("leads/<int:lead_id>/notes/<int:note_id>/delete/", notes.delete, name="note-delete"),
    path("leads/<int:lead_id>/notes/<int:note_id>/restore/", notes.restore, name="note-restore"),
    path("import/", imports.index, name="imports"),
    path("import/example/<slug:kind>.csv", imports.example, name="import-example"),
    path("import/<int:import_id>/", importing.one, name="import"),
    path("import/<int:import_id>/errors.csv", importing.errors, name="import-errors"),
    path("import/<int:import_id>/answer/", importing.answer, name="import-answer"),
    path("import/<int:import_id>/rows/", repairs.save, name="import-repair"),
    path("import/<int:import_id>/rows/<int:line>/", repairs.row, name="import-row"),
    path("import/<int:import_id>/undo/", importing.undo, name="import-undo"),
    path("import/<int:import_id>/resume/", importing.resume, name="import-resume"),
    path("import/<int:import_id>/for-real/", importing.for_real, name="import-for-real"),
]
