"""Is a word that cp1252 reads a plausible Western word, or one of another encoding that only looks so?

Pure; asked by `encodings` about every word of a file that is not UTF-8. A word is suspicious when a symbol stands inside
it, when letters that no one language has stand in it together, or when a capital stands inside small letters.
"""

from __future__ import annotations

import re
import unicodedata

from leads.imports.reading.shapes import letters_stand_well

ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "àâæçèéêëîïôœùûüÿ",  # French
        "äöüßéèáàêç",  # German and Swiss, with names of neighbours
        "áéíñóúüïç",  # Spanish
        "áâãàçéêíóôõúüè",  # Portuguese
        "àèéìíîòóùú",  # Italian
        "áéëíïóöúüèêàç",  # Dutch
        "æøåéèêóòôüöä",  # Danish, Norwegian
        "åäöéüàëšž",  # Swedish, Finnish
        "õäöüšž",  # Estonian
        "áéíóúöæðþý",  # Icelandic
        "àçèéíïòóúü",  # Catalan
        "áéíóúàèìòù",  # Irish, Gaelic
        "šžčćđ",  # Slovene, as far as cp1252 has it
    )
)
_ALWAYS_FINE = frozenset("\xa0\xad")
_BEFORE = frozenset("¿¡«»“„‘’‚‹•·–—§…")
_AFTER = frozenset("®™°»”’‘“›…–—•·«€†‡")
_PARTNERS = {"«": "»", "»": "«", "„": '“”"', "‚": "‘’", "”": "“„”", "“": "”„“", "‹": "›", "›": "‹", "¿": "?", "¡": "!"}
_NEAR = 400
_UNITS = frozenset({"m", "cm", "km", "dm", "mm", "ft", "in", "yd", "mi", "qm"})
_ELIDED = frozenset(
    (
        *("qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "aujourd", "presqu", "quelqu", "dell", "nell", "all", "sull"),
        *("dall", "coll", "quest", "quell", "sant", "bell", "grand", "gli", "entr", "prud"),
    )
)
_ENDINGS = frozenset(("s", "t", "re", "ve", "ll", "d", "m", "em", "n", "clock", "er", "cause", "til", "tis"))
_PLAIN = r"\s,;|\"()\[\]{}<>/\\:!?+=*&@#%~`^_\-.'"
WORD = re.compile(rf"[^{_PLAIN}]*[^\x00-\x7f\s][^{_PLAIN}]*")
"""A run without blanks and ASCII punctuation in which something is not ASCII."""


def is_plausible(word: str) -> bool:
    """Whether a word, as cp1252 reads it, is one that Western people write."""
    if any("\x80" <= sign <= "\x9f" or sign == "�" for sign in word):
        return False
    return _symbols_are_plausible(word) and all(_letters_are_plausible(part) for part in _parts(word))


def _parts(word: str) -> list[str]:
    """The runs of letters of a word."""
    return re.findall(r"[^\W\d_ªºµ²³¹¼½¾]+", word)


def _letters_are_plausible(word: str) -> bool:
    if re.search(r"[^\x00-\x7f]{3}", word):
        return False
    if "ƒ" in word or not _case_is_plausible(word):
        return False
    small = word.lower()
    special = {letter for letter in small if not letter.isascii()}
    return any(special <= alphabet for alphabet in ALPHABETS) and letters_stand_well(small)


def has_partner(text: str, start: int, end: int) -> bool:
    """Whether every quotation mark of the word at a place has its counterpart near by: alone it may be another letter."""
    near = text[max(0, start - _NEAR) : end + _NEAR]
    return all(
        any(other in near.replace(sign, "", 1) for other in others)
        for sign, others in _PARTNERS.items()
        if sign in text[start:end] and _touches_letter(text[start:end], sign)
    )


def _touches_letter(word: str, sign: str) -> bool:
    place = word.index(sign)
    return word[place - 1 : place].isalpha() or word[place + 1 : place + 2].isalpha()


def _case_is_plausible(word: str) -> bool:
    """No capital inside small letters, no small letter inside capitals."""
    later = [letter for letter in word[1:] if not letter.isascii() and letter != "ß"]
    ascii_letters = [letter for letter in word if letter.isascii()]
    if any(letter.isupper() for letter in later) and not word.isupper():
        return False
    shouted = len(ascii_letters) > 1 and all(letter.isupper() for letter in ascii_letters)
    return not (shouted and any(letter.islower() for letter in later))


def _symbols_are_plausible(word: str) -> bool:
    return all(
        _symbol_is_plausible(word, place)
        for place, sign in enumerate(word)
        if not sign.isascii() and (not sign.isalpha() or sign in "ªºµ") and sign not in _ALWAYS_FINE
    )


def _symbol_is_plausible(word: str, place: int) -> bool:
    sign, before, after = word[place], word[place - 1 : place], word[place + 1 : place + 2]
    if sign == "¤":
        return False
    if sign == "µ":
        return not before.isalpha() and (not after or after in "mglsAFVMHWP")
    if sign in "ªº":
        start = re.findall(r"[^\W\d_]*$", word[:place])[0]
        return not after.isalpha() and (before.isdigit() or (0 < len(start) <= 3 and start.isascii()))
    if before.isalpha() and after.isalpha():
        return _inside_is_plausible(word, place)
    if after.isalpha():
        return sign in _BEFORE or (sign == "°" and before.isdigit())
    if before.isalpha():
        units = re.findall(r"[A-Za-z]+$", word[:place])
        return sign in _AFTER or (sign in "²³" and bool(units) and units[0] in _UNITS)
    return unicodedata.category(sign)[0] in "PSNZ"


def _inside_is_plausible(word: str, place: int) -> bool:
    """A symbol between two letters: an apostrophe of an elision, a point of Catalan, a dash between capitals."""
    sign, before, after = word[place], word[place - 1], word[place + 1]
    if sign in "’‘":
        start = re.findall(r"[^\W\d_]*$", word[:place])[0].lower()
        end = re.findall(r"^[^\W\d_]*", word[place + 1 :])[0].lower()
        return len(start) <= 2 or start in _ELIDED or end in _ENDINGS
    if sign == "·":
        return before in "lL" and after in "lL"
    if sign in "–—":
        return not (before.islower() and after.islower())
    return sign in "…®™©"
