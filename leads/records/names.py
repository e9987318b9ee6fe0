"""When are two company names the same? Without regard to case, punctuation and legal form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "bv",
        "bvba",
        "co",
        "company",
        "corp",
        "corporation",
        "cv",
        "eg",
        "ek",
        "gbr",
        "gesmbh",
        "gmbh",
        "inc",
        "incorporated",
        "kft",
        "kg",
        "kgaa",
        "lda",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "ltda",
        "nv",
        "oe",
        "ohg",
        "oy",
        "oyj",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "se",
        "sia",
        "sl",
        "spa",
        "sprl",
        "srl",
        "sro",
        "ug",
        "zoo",
    ]
)
WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=20_000)
def normal_name(name: str) -> str:
    """The name as it is matched; a name without a single word stays as it is, in lower case."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ").replace(".", "").replace("'", "")
    words = WORD.findall(plain)
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return (" ".join(words) or plain.strip())[:300]
