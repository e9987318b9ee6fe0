"""What may be sent about handoffs? Kinds of values and lengths; what the domain says of them, the services check."""

from __future__ import annotations

from rest_framework import serializers

from alignment.api.fields import Body, Moment, Text

BIGGEST = 2**63 - 1


def an_id(help_text: str) -> serializers.IntegerField:
    """An id that may be left out."""
    return serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=BIGGEST, help_text=help_text
    )


class ReceiverBody(Body):
    """To whom."""

    to_user = an_id("The id of a person.")
    to_team = an_id("The id of a team, of which anybody may take it.")


class HandoffBody(ReceiverBody):
    """A lead to hand over by hand; with neither person nor team the rule finds the receiver."""

    lead = serializers.IntegerField(min_value=1, max_value=BIGGEST)
    rule = serializers.CharField(max_length=100, help_text="The key of a rule in force.")


class WhyBack(Body):
    """Why a lead comes back."""

    reason = serializers.CharField(max_length=100, help_text="The key of an agreed reason.")
    note = Text(max_length=2000, help_text="Needed where the reason asks for one.")


class HoldBody(Body):
    """What is waited for."""

    reason = serializers.CharField(max_length=100, help_text="The key of an agreed reason to wait.")
    until = Moment(help_text="When it ends by itself; what was agreed at most, where it is left out.")
    note = Text(max_length=500)


class ContactBody(Body):
    """A call, mail or meeting."""

    kind = serializers.CharField(max_length=100, help_text="call, email, meeting, message, visit, demo or proposal.")
    at = Moment(help_text="When it happened; now, where it is left out.")
    note = Text(max_length=1000)
    outcome = Text(max_length=300)


class WithdrawBody(Body):
    """Why an offer is taken back."""

    why = serializers.CharField(max_length=200, help_text="One line.")
