"""What are our own things called where somebody else keeps them? In an export, what no other system named has a name of ours.

The name tells the installation, so that a file that comes back to it means the same things, and one that is brought to
another installation means none of that one's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

SYSTEM = "alignment"
"""The system that exports name for what no other system named."""
SALT = "alignment.own_names"
OWN = re.compile(r"([0-9a-f]{8})-([1-9][0-9]{0,17})")


@lru_cache(maxsize=4)
def _installation(secret: str) -> str:
    return salted_hmac(SALT, "installation", secret=secret, algorithm="sha256").hexdigest()[:8]


def own_name(pk: int) -> str:
    """The external id of a thing of ours in the system `alignment`."""
    return f"{_installation(settings.SECRET_KEY)}-{pk}"


def own_id(system: str | None, external_id: str | None) -> int | None:
    """The id here of what is named like this; None where this installation did not give the name."""
    if system != SYSTEM or not external_id:
        return None
    found = OWN.fullmatch(external_id)
    return int(found[2]) if found and found[1] == _installation(settings.SECRET_KEY) else None
