"""Is a word that cp1252 reads a plausible Western word, or one of another encoding that only looks so?

Pure; asked by `encodings` about every word of a file that is not UTF-8. A word is suspicious when a symbol stands inside
it, when letters that no one language has stand in it together, or when a capital stands inside small letters.
"""

from __future__ import annotations

import re
import unicodedata

_ALPHABETS = tuple(
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
_ACCENTED = frozenset("áéíóúæ")
_TURKISH_TOO = frozenset("ðþý")
_ALWAYS_FINE = frozenset("\xa0\xadµ")
_BEFORE = frozenset("¿¡«“„‘’‚‹•·–—€£¥§©…†‡ªº®™")
_AFTER = frozenset("®™©ºª°»”’‘“›…–—•·«€£¥†‡")
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
    return re.findall(r"[^\W\d_]+", word)


def _letters_are_plausible(word: str) -> bool:
    if re.search(r"[^\x00-\x7fµªº]{3}", word):
        return False
    if "ƒ" in word or not _case_is_plausible(word):
        return False
    special = {letter for letter in word.lower() if not letter.isascii()} - {"ª", "º", "µ"}
    if special & _TURKISH_TOO and not special & _ACCENTED:
        return False
    return any(special <= alphabet for alphabet in _ALPHABETS)


def _case_is_plausible(word: str) -> bool:
    """No capital inside small letters, no small letter inside capitals."""
    later = [letter for letter in word[1:] if not letter.isascii() and letter not in "ßªºµ"]
    ascii_letters = [letter for letter in word if letter.isascii()]
    if any(letter.isupper() for letter in later) and not word.isupper():
        return False
    shouted = len(ascii_letters) > 1 and all(letter.isupper() for letter in ascii_letters)
    return not (shouted and any(letter.islower() for letter in later))


def _symbols_are_plausible(word: str) -> bool:
    return all(
        _symbol_is_plausible(word, place)
        for place, sign in enumerate(word)
        if not sign.isascii() and not sign.isalpha() and sign not in _ALWAYS_FINE
    )


def _symbol_is_plausible(word: str, place: int) -> bool:
    sign, before, after = word[place], word[place - 1 : place], word[place + 1 : place + 2]
    if sign == "¤":
        return False
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
