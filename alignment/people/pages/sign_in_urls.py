"""The sign-in library's addresses that this house uses.

Its others are closed: somebody who could add addresses to their account could take one that an import named, and be
mistaken for that person.
"""

from allauth.account import urls as library

USED = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)

urlpatterns = [address for address in library.urlpatterns if address.name in USED]
