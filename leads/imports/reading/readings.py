"""How likely is it that words were written in an encoding? Asked by `encodings` to put readings in their order.

Words are likely when they are letters of one script in a sensible case, and when one language has all their letters.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence

from leads.imports.reading.western import ALPHABETS, is_plausible

_CENTRAL = tuple(
    frozenset(letters)
    for letters in (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîşţșț",  # Romanian
        "čćđšž",  # Croatian, Slovene
        "çğıi̇öşüâîû",  # Turkish
        "ąčęėįšųūž",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
    )
)
_LATIN = (*ALPHABETS, *_CENTRAL)
_OTHER_SCRIPT = 0.9
_RARE_SIGNS = 0.3
_KANA = frozenset({"HIRAGANA", "KATAKANA"})
_AROUND = "\xa0€„“”‘’‚–—…•"
_COMMON = {"gb18030": ("gb2312", 0xD7), "shift_jis": ("shift_jis", 0x97), "cp932": ("shift_jis", 0x97)}
_COMMON |= {"big5": ("big5", 0xC6), "cp950": ("big5", 0xC6), "euc-kr": ("euc-kr", 0xC8), "cp949": ("euc-kr", 0xC8)}
"""Up to which first byte an encoding has its everyday signs."""


def likeness(words: Sequence[str], encoding: str) -> float:
    """The share of words that are words; where all are, one and more the better they suit one language."""
    parts = [part for word in words if (part := word.strip(_AROUND)) and not part.isascii()]
    if not parts:
        return 0.0
    share = sum(is_word(part) for part in parts) / len(parts)
    return share + _suits(parts, encoding) if share == 1 else share


def is_word(text: str) -> bool:
    """Whether everything beyond ASCII is letters of one script in a sensible case."""
    beyond = [sign for sign in text if not sign.isascii() and not unicodedata.combining(sign)]
    if not beyond or any(not sign.isalpha() or sign in "ªºµƒ" for sign in beyond):
        return False
    scripts = {_script(sign) for sign in text if sign.isalpha()}
    if "HALFWIDTH" in scripts or len(scripts - _KANA - ({"CJK"} if scripts & _KANA else set())) > 1:
        return False
    return not any(
        before.islower() and sign.isupper() for before, sign in itertools.pairwise(text) if not sign.isascii()
    )


def _suits(words: Sequence[str], encoding: str) -> float:
    scripts = {_script(sign) for word in words for sign in word if not sign.isascii() and sign.isalpha()}
    if encoding in _COMMON:
        return _OTHER_SCRIPT if _is_common("".join(words), encoding) else _RARE_SIGNS / 2
    if scripts == {"LATIN"}:
        special = [{sign for sign in word.lower() if not sign.isascii()} for word in words]
        one = max(sum(letters <= alphabet for letters in special) for alphabet in _LATIN) / len(words)
        any_ = sum(any(letters <= alphabet for alphabet in _LATIN) for letters in special) / len(words)
        strange = sum(word.isascii() is False and _looks_misread(word) for word in words) / len(words)
        return (one + any_) / 2 - strange / 2
    return _OTHER_SCRIPT if len(scripts) == 1 else _RARE_SIGNS


def _looks_misread(word: str) -> bool:
    """Whether a word has only letters that cp1252 has too, but not as Western languages do."""
    try:
        word.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return not is_plausible(word)


def _is_common(text: str, encoding: str) -> bool:
    codec, last = _COMMON[encoding]
    try:
        raws = [sign.encode(codec) for sign in text if not sign.isascii()]
    except UnicodeEncodeError:
        return False
    return all(raw[0] <= last for raw in raws)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
