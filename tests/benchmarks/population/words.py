"""What are people and companies called? A few hundred first names, a few thousand last names, some hundred thousand companies.

Made of syllables, so that part of a name is found in several: a search for `kow` has something to look through.
"""

from __future__ import annotations

from itertools import product

from leads.demo import cast

FIRST_HEADS = (
    "Al", "Ana", "Bea", "Bri", "Cal", "Dan", "Dor", "El", "Em", "Fre", "Gio", "Hel", "Ing", "Jo", "Jul", "Kat", "Lau", "Lin",
    "Mar", "Mic", "Nat", "Nor", "Ol", "Pat", "Ro", "Sam", "Sol", "The", "Vik", "Zo",
)  # fmt: skip
FIRST_TAILS = ("a", "ana", "bert", "ette", "ia", "ian", "ina", "o", "ric", "us")
LAST_HEADS = (
    "Ab", "Alt", "Ber", "Bor", "Brand", "Cas", "Cor", "Dal", "Den", "Dorf", "Eich", "Fal", "Fern", "Gar", "Gra", "Hal", "Hart",
    "Hol", "Iva", "Jan", "Kal", "Kow", "Kra", "Lam", "Lind", "Lor", "Mal", "Mor", "Nie", "Nor", "Ols", "Pal", "Pet", "Quin",
    "Rad", "Ros", "Sal", "San", "Schu", "Sten", "Tor", "Ull", "Val", "Ver", "Wal", "Wes", "Yan", "Zam",
)  # fmt: skip
LAST_MIDDLES = ("", "a", "al", "en", "er", "i", "in", "o")
LAST_TAILS = ("berg", "czyk", "dez", "feld", "kamp", "lund", "mann", "quist", "ski", "ton")
TAILS = (
    *cast.COMPANY_TAILS, "Aviation", "Biotech", "Capital", "Chemicals", "Clinics", "Energy", "Films", "Furniture", "Glass", "Hotels",
    "Industries", "Insurance", "Marine", "Media", "Metals", "Motors", "Networks", "Paper", "Partners", "Plastics", "Printing",
    "Railways", "Retail", "Schools", "Security", "Services", "Software", "Solar", "Steel", "Studios", "Systems", "Timber", "Transport",
    "Trading", "Water", "Works",
)  # fmt: skip
PLACES = ("", "Nord", "Iberia", "Baltic", "Alpine", "Rhine", "Danube", "Atlantic")

FIRST_NAMES = sorted({*cast.FIRST_NAMES, *(head + tail for head, tail in product(FIRST_HEADS, FIRST_TAILS))})
LAST_NAMES = sorted({*cast.LAST_NAMES, *map("".join, product(LAST_HEADS, LAST_MIDDLES, LAST_TAILS))})
COMPANY_HEADS = sorted({*cast.COMPANY_HEADS, *LAST_NAMES})

WORDS = """
CREATE TEMP TABLE {name} ON COMMIT DROP AS
SELECT n - 1 AS n, word FROM unnest(%(words)s::text[]) WITH ORDINALITY AS w(word, n)
"""

TABLES = {"first_name": FIRST_NAMES, "last_name": LAST_NAMES, "company_head": COMPANY_HEADS}
