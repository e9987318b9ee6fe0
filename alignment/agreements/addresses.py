"""How does a key stand in an address? As it is, but for what browsers and servers would read as another address.

A key is any text: of stages, whatever the system that they came from calls them. `~2F` is a slash, `~7E` the tilde itself, and a
key of dots only is written out. Everything else is left to the usual quoting.
"""

from __future__ import annotations

import re

from django.urls import register_converter

UNSAFE = re.compile(r"[/~\\]|^\.+$")
WRITTEN = re.compile(r"~([0-9A-F]{2})")


class AgreementKey:
    """`<agreement_key:key>` in the patterns of addresses."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return WRITTEN.sub(lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        return UNSAFE.sub(lambda found: "".join(f"~{ord(letter):02X}" for letter in found[0]), value)


register_converter(AgreementKey, "agreement_key")
KEY = "<agreement_key:key>"
