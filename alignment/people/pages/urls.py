"""The addresses of the pages about people."""

from django.urls import path

from alignment.people.pages import account, actions, company, keys, people, set_up, teams

app_name = "people"
urlpatterns = [
    path("set-up/", set_up.set_up_page, name="set-up"),
    path("people/", people.people_page, name="people"),
    path("people/first-steps/", set_up.first_steps, name="first-steps"),
    path("people/invite/", people.invitation_page, name="invite"),
    path("people/company/", company.company_page, name="company"),
    path("people/keys/", keys.keys_page, name="keys"),
    path("people/teams/new/", teams.new_team_page, name="new-team"),
    path("people/teams/<int:team_id>/", teams.team_page, name="team"),
    path("people/undo/<str:token>/", actions.undo, name="undo"),
    path("people/<int:person_id>/", people.person_page, name="person"),
    path("people/<int:person_id>/deactivate/", actions.deactivate, name="deactivate"),
    path("people/<int:person_id>/activate/", actions.activate, name="activate"),
    path("people/<int:person_id>/resend/", actions.resend, name="resend"),
    path("people/<int:person_id>/keys/", keys.make_key_for, name="make-key-for"),
    path("account/", account.account_page, name="account"),
    path("account/keys/", keys.make_key, name="make-key"),
    path("account/keys/revoke/", keys.revoke_key, name="revoke-key"),
    path("account/sign-out-everywhere/", account.leave_everywhere, name="leave-everywhere"),
]
