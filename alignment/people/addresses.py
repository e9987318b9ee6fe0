"""Is this an e-mail address? Cheap for the ordinary ones, which are nearly all; thorough for the doubtful rest."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

LONGEST = 254
LONGEST_LOCAL_PART = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ORDINARY = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")


def read_email(text: str) -> str | None:
    """The address as it is kept, or None where the text is none."""
    if len(text) > LONGEST:
        return None
    if ORDINARY.fullmatch(text):
        return text if text.index("@") <= LONGEST_LOCAL_PART else None
    if "@" not in text:
        return None
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except (EmailNotValidError, ValueError):
        return None


def domain_of(email: str) -> str:
    """What comes after the @, in lower case."""
    return email.rpartition("@")[2].lower()
