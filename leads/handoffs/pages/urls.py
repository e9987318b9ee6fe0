"""Addresses of the pages about handoffs."""

from django.urls import path

from leads.handoffs.pages import actions, handoff, inbox, panel, receivers, returned, routing

urlpatterns = [
    path("inbox/", inbox.show, name="inbox"),
    path("returned/", returned.show, name="returned"),
    path("returned/<int:handoff_id>/nurture/", returned.nurture, name="returned-nurture"),
    path("receivers/", receivers.show, name="receivers"),
    path("receivers/undo/<str:token>/", receivers.undo, name="receiver-undo"),
    path("receivers/<int:user_id>/", receivers.change, name="receiver-change"),
    path("receivers/<int:user_id>/absences/", receivers.absent, name="absence-add"),
    path("receivers/<int:user_id>/absences/<int:absence_id>/", receivers.back, name="absence-remove"),
    path("handoffs/<int:handoff_id>/", handoff.show, name="handoff"),
    path("handoffs/<int:handoff_id>/why/", handoff.why, name="handoff-why"),
    path("handoffs/<int:handoff_id>/pass-on/", handoff.pass_on, name="handoff-pass-on"),
    path("handoffs/<int:handoff_id>/accept/", actions.accept, name="handoff-accept"),
    path("handoffs/<int:handoff_id>/reject/", actions.reject, name="handoff-reject"),
    path("handoffs/<int:handoff_id>/return/", actions.give_back, name="handoff-return"),
    path("handoffs/<int:handoff_id>/explain/", actions.explain, name="handoff-explain"),
    path("handoffs/<int:handoff_id>/contacted/", actions.contacted, name="handoff-contacted"),
    path("handoffs/<int:handoff_id>/hold/", actions.hold, name="handoff-hold"),
    path("handoffs/<int:handoff_id>/resume/", actions.resume, name="handoff-resume"),
    path("handoffs/<int:handoff_id>/reassign/", actions.reassign, name="handoff-reassign"),
    path("handoffs/<int:handoff_id>/withdraw/", actions.withdraw, name="handoff-withdraw"),
    path("leads/<int:lead_id>/hand-over/", panel.hand_over, name="lead-hand-over"),
    path("leads/<int:lead_id>/routing/", routing.show, name="lead-routing"),
]
