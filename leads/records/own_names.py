"""What is a lead called in an export when no other system named it, and which lead does such a name mean here?"""

from __future__ import annotations

from alignment.own_names import SYSTEM, own_id, own_name

__all__ = ["SYSTEM", "lead_of", "own_name"]


def lead_of(name: str) -> int | None:
    """The id of the lead that this installation called so; None where it did not."""
    return own_id(SYSTEM, name)
