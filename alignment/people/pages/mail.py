"""Where does mail go? To people, or by default into files: then those who run the product should know the folder."""

from __future__ import annotations

from django.conf import settings


def mail_folder() -> str | None:
    """The folder that mail is written to where it is not sent to anybody."""
    into_files = settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")
    return str(settings.EMAIL_FILE_PATH) if into_files else None


def sent_to(address: str) -> str:
    """What an operator reads after a mail went out."""
    folder = mail_folder()
    if folder:
        return f"Mail is kept as files here: the link for {address} is in {folder}."
    return f"The link is on its way to {address}."
