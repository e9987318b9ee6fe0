"""What is proposed for the columns of a file: by names in six languages, by likeness, by content, by profiles known already."""

from __future__ import annotations

import pytest

from leads.imports.kinds import KINDS
from leads.imports.mapping.proposing import likeness, propose_fields, rank_kinds
from leads.imports.mapping.synonyms import NAMES, SPEAKS_OF
from tests.leads.imports.mapping.columns import proposed, study_of, table

MAILS = ("ada@ferrous.example", "bo@ferrous.example", "cy@ferrous.example")
DAYS = ("2024-01-31", "2024-02-01", "2024-02-02")
SUMS = ("1200.50", "80", "99.90")
NAMES_OF_PEOPLE = ("Ada", "Bo", "Cy")

IN_SIX_LANGUAGES = {
    "en": (
        "E-mail address",
        "First name",
        "Last name",
        "Company",
        "Lead source",
        "Lead owner",
        "Created date",
        "Phone",
    ),
    "de": ("E-Mail-Adresse", "Vorname", "Nachname", "Firma", "Leadquelle", "Zuständig", "Erstellt am", "Telefon"),
    "fr": (
        "Courriel",
        "Prénom",
        "Nom de famille",
        "Société",
        "Provenance",
        "Propriétaire",
        "Date de création",
        "Téléphone",
    ),
    "es": (
        "Correo electrónico",
        "Nombre",
        "Apellidos",
        "Empresa",
        "Fuente",
        "Propietario",
        "Fecha de creación",
        "Teléfono",
    ),
    "pt": ("E-mail", "Primeiro nome", "Sobrenome", "Empresa", "Origem", "Responsável", "Data de criação", "Telefone"),
    "it": (
        "Indirizzo email",
        "Nome",
        "Cognome",
        "Azienda",
        "Provenienza",
        "Responsabile",
        "Data di creazione",
        "Telefono",
    ),
}
FIELDS = ("email", "first_name", "last_name", "company", "source", "owner", "created_at", "phone")
VALUES = (
    MAILS, NAMES_OF_PEOPLE, ("Lovelace", "Ek", "Ames"), ("Ferrous", "Zinc", "Tin"), ("web", "fair", "web"), ("Ann", "Ann", "Tom"), DAYS,
    ("+49 30 901820", "+49 30 901821", "+49 30 901822"),
)  # fmt: skip


@pytest.mark.parametrize("language", IN_SIX_LANGUAGES)
def test_columns_are_known_by_their_names_in_six_languages(language: str) -> None:
    columns = dict(zip(IN_SIX_LANGUAGES[language], VALUES, strict=True))
    assert proposed("leads", columns) == dict(zip(columns, FIELDS, strict=True))


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert proposed("leads", {"E_MAIL": MAILS, "prenom": NAMES_OF_PEOPLE, "Créé le": DAYS}) == {
        "E_MAIL": "email",
        "prenom": "first_name",
        "Créé le": "created_at",
    }


def test_a_name_with_a_slip_is_known_by_its_likeness_and_another_is_not() -> None:
    assert proposed("deals", {"Opportunity Amuont": SUMS, "Weight": SUMS}) == {"Opportunity Amuont": "amount"}
    assert likeness("leads", "email", "Remark") == (0, "")


def test_what_stands_in_a_column_speaks_where_its_name_does_not() -> None:
    columns = {
        "Feld 1": MAILS,
        "Feld 2": ("+49 30 901820", "(030) 901 821", "+49 30 901822"),
        "Feld 3": ("FR", "DE", "FR"),
    }
    assert proposed("leads", columns) == {"Feld 1": "email", "Feld 2": "phone", "Feld 3": "country"}


def test_a_column_is_no_field_that_its_values_cannot_be() -> None:
    assert proposed("leads", {"E-mail": ("yes", "no", "yes"), "Phone": MAILS}) == {"Phone": "email"}
    assert proposed("deals", {"Amount": ("high", "low", "high")}) == {}
    assert proposed("leads", {"ID": ("7", "7", "8"), "Name": NAMES_OF_PEOPLE}) == {"Name": "full_name"}, (
        "an id is unique"
    )


def test_a_field_is_proposed_once_and_a_column_for_one_field_only() -> None:
    columns = {"E-mail": MAILS, "Work e-mail": tuple(f"x{mail}" for mail in MAILS), "Mail": MAILS}
    assert proposed("leads", columns) == {"E-mail": "email"}
    for kind in KINDS.values():
        everything = {name.strip(): MAILS for names in NAMES.get(kind.key, {}).values() for name in names.split(",")}
        found = propose_fields(kind, study_of(table(everything)).columns)
        assert len({one.field for one in found}) == len({one.column for one in found}) == len(found)


def test_an_empty_column_is_nothing() -> None:
    assert proposed("leads", {"E-mail": ("", "", ""), "First name": NAMES_OF_PEOPLE}) == {"First name": "first_name"}


def test_every_proposal_says_why() -> None:
    columns = study_of(
        table({"Vorname": NAMES_OF_PEOPLE, "email": MAILS, "Land": ("DE", "FR", "DE"), "x": DAYS})
    ).columns
    assert [(one.column, one.why) for one in propose_fields(KINDS["leads"], columns)] == [
        ("Vorname", "named like “vorname”"),
        ("email", "named like the field"),
        ("Land", "named like “land”"),
    ]


KIND_BY_COLUMNS = {
    "leads": {"First name": NAMES_OF_PEOPLE, "Last name": NAMES_OF_PEOPLE, "E-mail": MAILS, "Lead source": ("web", "fair", "web")},
    "deals": {"Deal ID": ("1", "2", "3"), "Amount": SUMS, "Close date": DAYS, "Deal stage": ("Won", "Lost", "Won")},
    "campaigns": {"Campaign name": NAMES_OF_PEOPLE, "Start date": DAYS, "End date": DAYS, "Budget": SUMS},
    "activities": {"Activity type": ("Call", "Call", "Demo"), "Activity date": DAYS, "Contact e-mail": MAILS, "Subject": NAMES_OF_PEOPLE},
    "stages": {"Case ID": ("1", "1", "2"), "Stage": ("mql", "sal", "mql"), "Timestamp": DAYS},
    "rates": {"Date": DAYS, "Currency": ("USD", "GBP", "USD"), "Rate": ("0.92", "1.17", "0.93")},
    "companies": {"Company name": NAMES_OF_PEOPLE, "Domain": ("a.example", "b.example", "c.example"),
                  "Number of employees": ("7", "8", "9"), "Industry": ("it", "it", "oil")},
    "spend": {"Day": DAYS, "Campaign": NAMES_OF_PEOPLE, "Amount spent": SUMS, "Impressions": ("1", "2", "3")},
    "series": {"Metric": ("visits", "visits", "likes"), "Day": DAYS, "Value": ("1", "2", "3")},
    "users": {"User ID": ("1", "2", "3"), "Name": NAMES_OF_PEOPLE, "E-mail": MAILS, "Team": ("North", "North", "South")},
}  # fmt: skip


@pytest.mark.parametrize("kind", KIND_BY_COLUMNS)
def test_the_kind_is_found_from_the_columns(kind: str) -> None:
    assert rank_kinds(study_of(table(KIND_BY_COLUMNS[kind])).columns, "export.csv")[0] == kind


def test_the_name_of_the_file_speaks_where_the_columns_do_not() -> None:
    columns = study_of(table({"Id": ("1", "2", "3"), "Name": NAMES_OF_PEOPLE})).columns
    assert [rank_kinds(columns, name)[0] for name in ("campaigns.csv", "Kontakte 2024.csv", "Accounts.csv")] == [
        "campaigns",
        "leads",
        "companies",
    ]


def test_every_kind_has_its_words() -> None:
    assert set(NAMES) == set(SPEAKS_OF) == set(KINDS)
    for kind, fields in NAMES.items():
        assert set(fields) <= {*KINDS[kind].fields, "consent.marketing"}, kind


@pytest.mark.parametrize("name", ["Lead Nr", "Lead-Nr.", "Nr", "Nr.", "No.", "Kunden-Nr.", "Lfd. Nr.", "LeadNr"])
def test_a_number_by_its_short_names_is_the_other_systems_number(name: str) -> None:
    assert proposed("leads", {name: ("101", "102", "103"), "Mail": MAILS})[name] == "external_id"
