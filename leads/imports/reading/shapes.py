"""Do the letters of a word stand where Western languages have them?

Pure; asked by `western`. What cp1250 or iso8859-2 write as ő, ű, ř, č, ě, ů, ň, ď, ć, ę, ń, ś or ă is a letter in cp1252 too, only
another: “Jenő” becomes “Jenõ”. Each of these letters has places where Western words have it, and no others.
"""

from __future__ import annotations

import re

_ESTONIAN = (
    "tõn|jõe|jõg|võr|võs|võt|põl|põh|põd|põr|kõi|kõl|kõu|kõn|lõh|lõu|lõp|mõi|mõt|mõn|sõn|sõb|sõi|rõõ|rõu|hõi|nõm|nõu|tõe|tõs|"
    "õ[^õs]|õh"
)
_FRENCH_U = (
    "[oe]û|brûl|bûch|flût|sûr|mûr|^[dm]ûs?$|^dûment|crû|fût|affût|piqûr|ambigû|"
    "^[bdlps]ût$|[çrlmn]ût$|ûmes$|ûtes$|jeûn|assidûm|continûm"
)
_FRENCH_OE = "œu|œil|œd|œsoph|œstr|œc|œno|fœt|phœ|cœl|mœ|œb|lœss|schœ|lœw|pœ|rœ|tœ|kœ|gœ|hœ|jœ|nœ|bœ|vœ|zœ"
_SPANISH_N = "ñ[aeiouáéíóúü]"
_ICELANDIC = (
    "guð|sigurð|norð|suðu|viðar|heið|seyð|borð|garð|veð|hreið|jarð|ferð|orð|blað|stað|verð|^(?:með|það|að|við|eða|ið)$|"
    "^þ(?:or|ing|r|ur|e[tsg]|að|v|já)|^ný(?:r|tt|ja|ju|i)?$|sýsl|^mýr|^dýr|skýr|þýð|hlý|kýr"
)

_EACH: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("õ", re.compile(rf"õe|^(?:{_ESTONIAN})|(?<=^rõ)õ|õm$")),
    ("û", re.compile(_FRENCH_U)),
    ("ñ", re.compile(_SPANISH_N)),
    ("œ", re.compile(_FRENCH_OE)),
    ("ï", re.compile(r"[aeiouàéèâ]ï|^ï(?:le|t)")),
    ("ì", re.compile(r"ì$|^(?:ì|mì|rì|tì)")),
    ("ù", re.compile(r"ù$")),
    ("ã", re.compile(r"ã[oe]|ãs?$|ãi[bmn]")),
)
"""A letter, and where a word may have it; anywhere else it is another letter's place."""

_NOWHERE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("è", re.compile(r"è[aeiouyæ]|[ae]è|èk$")),
    ("æ", re.compile(r"[aeiouyœ]æ$|^æ[aeiu]|^æo[^nl]|^æ[wm]|[aeiou]æ[aeiou]")),
    ("ø", re.compile(r"[èìòùï]|pø[ei]|[bkdvztchg]øe(?!rn?e?s?$|ns?$|s?$)|køi[vsz]|tøi[cs]|ø[ao]|øu|uøe|iøi")),
    (
        "ê",
        re.compile(
            r"êdz|êcz|êsz|êk|êg[rlian](?!o)|êb(?:sk|ic|al|owsk|ow)|[sr]zê|[wkpszmlngb]iê|[kw]ê|êæ|êtk|êt[oy]ch|jê|lêck"
        ),
    ),
    ("ò", re.compile(r"[zs]eò|òk|[aei]ò[kc]")),
    ("á", re.compile(r"[aeiou]á[aeo]")),
    ("ð", re.compile("^ð")),
    ("ž", re.compile(r"^ž[pcsfh]")),
)
"""A letter, and where no Western word has it."""

_DIFFERENT = frozenset("àãåæèêìïñòõøùûðþÿœ")
"""Letters that other encodings have another letter for."""
_DIGRAPHS = re.compile(r"sz|cz|rz|dz|gy|zs|[cw]sk[ia]|vsk|escu$|ovi[cæè]|evi[cæè]")
_SOFT = frozenset("ðþý")
_ACUTE = frozenset("áéíóúæö")


def letters_stand_well(word: str) -> bool:
    """Whether every letter beyond ASCII stands where some Western language has it. `word` is in small letters."""
    special = {letter for letter in word if not letter.isascii()}
    if special & _DIFFERENT and _DIGRAPHS.search(word):
        return False
    if special & _SOFT and not special & _ACUTE and not re.search(_ICELANDIC, word):
        return False
    for letter, places in _EACH:
        if letter in special and len(places.findall(word)) < word.count(letter):
            return False
    return not any(letter in special and places.search(word) for letter, places in _NOWHERE)
