"""How commands end: exit codes, one JSON on stdout, sentences on stderr."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest

from alignment.commands import SOME_SET_ASIDE, Command
from alignment.refusals import FieldError, Refused


class Counting(Command):
    """Ends as it is told."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--end")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["end"] == "no":
            raise Refused("too_many", "There are too many.", [FieldError("rows", "too_many", "At most 3.")])
        if options["end"] == "broken":
            raise KeyError("nobody\nforesaw this")
        self.show({"rows": 2, "name": "Zoë"}, lambda: "2 rows")
        if options["end"] == "some":
            self.exit_code = SOME_SET_ASIDE


def ended(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        Counting(stdout=out, stderr=err, no_color=True).run_from_argv(["manage.py", "counting", *arguments])
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue(), err.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), (0, "2 rows\n", "")),
        (("--format", "json"), (0, '{"rows": 2, "name": "Zoë"}\n', "")),
        (("--end", "some"), (3, "2 rows\n", "")),
        (("--end", "no"), (2, "", "There are too many.\n  rows: At most 3.\n")),
    ],
    ids=str,
)
def test_what_is_printed_and_how_it_ends(arguments: tuple[str, ...], expected: tuple[int, str, str]) -> None:
    assert ended(*arguments) == expected


@pytest.mark.django_db
def test_a_refusal_is_json_too_where_json_is_asked_for() -> None:
    code, out, _err = ended("--end", "no", "--format", "json")
    assert code == 2
    assert json.loads(out) == {
        "code": "too_many",
        "detail": "There are too many.",
        "errors": [{"field": "rows", "code": "too_many", "detail": "At most 3."}],
    }


@pytest.mark.django_db
def test_what_nobody_foresaw_is_one_sentence_unless_more_is_asked_for() -> None:
    code, out, err = ended("--end", "broken")
    assert (code, out) == (1, "")
    assert err.startswith("Something unexpected stopped “counting”: KeyError")
    assert len(err.strip().splitlines()) == 1
    with pytest.raises(KeyError):
        ended("--end", "broken", "--traceback")


@pytest.mark.django_db
def test_an_option_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--nonsense")[0] == 2
    assert "--nonsense" in capsys.readouterr().err
