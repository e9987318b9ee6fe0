"""Which month, which day of the week does a word mean? English, German, French, Spanish, Italian, Portuguese, Dutch."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

CACHED = 4096

_MONTHS = (
    "january januar jänner janvier enero gennaio janeiro januari jan jän janv ene gen",
    "february februar feber février febrero febbraio fevereiro februari feb febr fév févr fev",
    "march märz mars marzo março maart mar mär mrz mrt maa",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio maio mei mag",
    "june juni juin junio giugno junho jun giu",
    "july juli juillet julio luglio julho jul juil lug",
    "august août agosto augustus aug aoû ago",
    "september septembre septiembre setiembre settembre setembro sept sep set",
    "october oktober octobre octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december dezember décembre diciembre dicembre dezembro dec dez déc dic",
)
_WEEKDAYS = (
    "monday montag lundi lunes lunedì segunda segunda-feira maandag mon mo lun lu seg ma",
    "tuesday dienstag mardi martes martedì terça terça-feira dinsdag tue tues di mar ter ma",
    "wednesday mittwoch mercredi miércoles mercoledì quarta quarta-feira woensdag wed mi mer mié miér qua wo",
    "thursday donnerstag jeudi jueves giovedì quinta quinta-feira donderdag thu thur thurs do jeu jue gio qui",
    "friday freitag vendredi viernes venerdì sexta sexta-feira vrijdag fri fr ven vie sex vr",
    "saturday samstag sonnabend samedi sábado sabato zaterdag sat sa sam sáb sab za",
    "sunday sonntag dimanche domingo domenica zondag sun so dim dom zo",
)


def _plain(word: str) -> str:
    """The word without accents, capitals and dots."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter != "." and not unicodedata.combining(letter))


_MONTH_OF = {_plain(word): number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_WEEKDAYS_OF: dict[str, frozenset[int]] = {}
for _number, _words in enumerate(_WEEKDAYS):
    for _word in map(_plain, _words.split()):
        _WEEKDAYS_OF[_word] = _WEEKDAYS_OF.get(_word, frozenset()) | {_number}


@lru_cache(maxsize=CACHED)
def month_of(word: str) -> int | None:
    """1 to 12, or None where the word is no month."""
    return _MONTH_OF.get(_plain(word))


@lru_cache(maxsize=CACHED)
def weekdays_of(word: str) -> frozenset[int]:
    """The days of the week that the word may mean, Monday is 0; “mar” is one in some languages and a month in others."""
    return _WEEKDAYS_OF.get(_plain(word), frozenset())
