"""Which mail domain does a company's web address mean? Written in whatever way people write websites."""

from __future__ import annotations

import re

from alignment.cleaning import Unfit
from leads.records.public_mail import is_public

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*", re.IGNORECASE)
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
DOMAIN = re.compile(rf"(?:{LABEL}\.)+[^\W\d_](?:[\w-]*[^\W_])")
SHARED = frozenset(
    ["facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com", "github.com", "xing.com",
     "google.com", "sites.google.com", "linktr.ee", "medium.com", "pinterest.com", "tiktok.com", "goo.gl", "bit.ly", "t.me"]
)  # fmt: skip
"""Where everybody has a page: the address is nobody's own."""


def read_domain(text: str) -> str | None:
    """`firm.example` from `https://www.firm.example/about`, an address or the bare domain; `Unfit` where it is none.

    None where the domain says nothing about a company: a public mail provider's, or a site where everybody has a page.
    """
    host = SCHEME.sub("", text.strip()) if "://" in text or text.lower().startswith("http:") else text.strip()
    host = re.split(r"[/?#\\]", host, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d*$", "", host).strip().rstrip(".").lower()
    while host.startswith("www."):
        host = host.removeprefix("www.")
    if len(host) > 253 or not DOMAIN.fullmatch(host):
        raise Unfit("domain", "invalid_domain", "A company's domain looks like firm.example.", text)
    return None if is_public(host) or host in SHARED else host
