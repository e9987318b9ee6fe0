"""Files of one byte a sign that do not say their encoding: Western ones come in unasked, others never without a question."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from alignment.refusals import Refused
from leads.imports.reading import Wishes
from leads.imports.reading.encodings import find_encoding
from tests.leads.imports.reading.files import read, write
from tests.leads.imports.reading.western_words import CENTRAL, ENCODING, WESTERN


def table(words: list[str]) -> str:
    return "key,name\n" + "".join(f"{number},{word}\n" for number, word in enumerate(words))


@pytest.mark.parametrize("language", WESTERN)
def test_western_words_come_in_unasked(tmp_path: Path, language: str) -> None:
    words = WESTERN[language].split()
    found = read(write(tmp_path, table(words).encode("cp1252")))
    assert found.look.question is None, found.look.question
    assert [row[1] for row in found.rows[1:]] == words


@pytest.mark.parametrize("language", CENTRAL)
def test_central_european_words_are_asked_about_one_by_one(language: str) -> None:
    encoding = ENCODING.get(language, "cp1250")
    unasked = []
    for word in CENTRAL[language].split():
        content = table([word]).encode(encoding)
        question = find_encoding(lambda content=content: io.BytesIO(content), "auto", '"').question  # type: ignore[misc]
        if question is None and content.decode("cp1252") != content.decode(encoding):
            unasked.append(word)
    assert unasked == []


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (["Čeněk", "Ťažký", "Škoda"], "iso8859-2"),
        (["Łódź"], "iso8859-2"),
        (CENTRAL["Polish"].split(), "iso8859-2"),
        (CENTRAL["Czech"].split(), "iso8859-2"),
        (CENTRAL["Hungarian"].split(), "cp1250"),
        (CENTRAL["Turkish"].split(), "cp1254"),
        (["Иванов", "Пётр"], "koi8-r"),
        (["Київ", "Їжак"], "koi8-u"),
        (["Иванов", "Мария"], "iso8859-5"),
        (["Иванов", "Мария"], "cp1251"),
        (["שלום", "תודה"], "cp1255"),
        (["محمد", "علي"], "cp1256"),
        (["Žukauskas", "Šiauliai", "Ąžuolas", "Klaipėda"], "cp1257"),
        (["Škoda", "Žižek", "cœur"], "iso8859-15"),
    ],
)
def test_the_right_reading_is_among_the_choices(tmp_path: Path, words: list[str], encoding: str) -> None:
    path = write(tmp_path, table(words).encode(encoding))
    asked = read(path).look.question
    assert asked is not None
    assert "name another encoding in the profile or on the page" in asked.detail
    answers = [choice.answer for choice in asked.choices]
    assert len(answers) <= 6
    assert "cp1252" not in answers[:-1]
    rows = [[str(number), word] for number, word in enumerate(words)]
    rights = [answer for answer in answers if read(path, Wishes(encoding=answer)).rows[1:] == rows]
    assert rights, asked
    assert len({choice.reads for choice in asked.choices}) == len(answers)


@pytest.mark.parametrize("content", [b"key,name\n1,a\n2,b\xc3", b"key,name\n1,a\n2,\xe2\x82"])
def test_a_file_cut_off_inside_its_last_letter_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused, match="may be cut off"):
        read(write(tmp_path, content))


@pytest.mark.parametrize(
    "content", [b"key,name\n1,a\x00b\n2,c\n", b"key,name\n1,ab\x00\n2,\x00c\n", b"k,n\n1,\x00\n2,c\n"]
)
def test_a_few_nuls_are_bad_rows_and_no_encoding(tmp_path: Path, content: bytes) -> None:
    found = read(write(tmp_path, content))
    assert found.look.layout.encoding == "utf-8-sig"
    assert {code for _line, code in found.faults} == {"invalid_characters"}
