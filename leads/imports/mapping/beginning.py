"""With what does the mapping of a file begin? A profile known already that fits its columns, else a proposal column by column.

Values of stages, owners and the like are proposed with it, as `leads.imports.mapping.value_maps` finds them alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leads.imports.kinds import KINDS, Kind
from leads.imports.mapping.arranging import columns_of, parts_of, specs_of
from leads.imports.mapping.naming import tells_kind
from leads.imports.mapping.proposing import is_name_of_field, propose_fields, rank_kinds
from leads.imports.mapping.recognising import Fit, Known, fitting_profiles, recognised
from leads.imports.mapping.studying import Study
from leads.imports.mapping.targets import targets_of
from leads.imports.mapping.value_maps import propose_targets


@dataclass(frozen=True)
class Beginning:
    """The first proposal: kind, profile, and why each field is there. `basis` holds `whose`, by field sentences, and `unsure` where
    nothing tells what is in the file: then nobody may take the kind for granted.
    """

    kind: str
    document: dict[str, Any]
    profile_name: str
    basis: dict[str, Any]


def begin(study: Study, file_name: str, kind: str, known: Sequence[Known]) -> Beginning:
    """The best that is known of such a file. `kind` empty: found from columns and the file's name."""
    ranked = [kind] if kind else rank_kinds(study.columns, file_name)
    fits = fitting_profiles((one for one in known if one.kind in ranked), study.names)
    best = _best(recognised(fits, study.names), ranked)
    if best is not None:
        there = {key: spec for key, spec in specs_of(best.known.document).items() if _is_there(spec, study)}
        document = {**best.known.document, "fields": there}
        basis = {name: f"as in {best.known.whose}" for name, spec in there.items() if columns_of(spec)}
        name = best.known.name if best.is_whole else ""
        return _completed(best.known.kind, document, name, {"whose": best.known.whose, "why": basis}, study)
    proposed = [one.field for one in propose_fields(KINDS[ranked[0]], study.columns)]
    open_ = {} if kind or tells_kind(KINDS[ranked[0]], proposed) else {"unsure": True}
    return _completed(ranked[0], {"kind": ranked[0], "fields": {}}, "", {"whose": "", "why": {}, **open_}, study)


def tells_by_names(columns: Sequence[str], known: Sequence[Known]) -> bool:
    """Whether these can only be names of columns: a known profile's, or most of them names that a field goes by."""
    if any(fit.is_whole for fit in recognised(fitting_profiles(known, columns), columns)):
        return True
    named = [name for name in columns if is_name_of_field(name)]
    return len(named) >= 2 and 2 * len(named) > len(columns)


def begin_with(name: str, document: Mapping[str, Any], kind: str, study: Study) -> Beginning:
    """A profile that somebody chose, as it is; what the file lacks of it is left out and told."""
    there = {key: spec for key, spec in specs_of(document).items() if _is_there(spec, study)}
    lacking = sorted({column for spec in specs_of(document).values() for column in columns_of(spec)} - set(study.names))
    basis = {"whose": f"the profile “{name}”" if name else "", "why": {}, "lacking": lacking}
    return Beginning(kind, {**document, "kind": kind, "fields": there}, name, basis)


def _best(fits: Sequence[Fit], ranked: Sequence[str]) -> Fit | None:
    """The first of the fitting profiles; of two that fit alike, the one of the likelier kind."""
    if not fits:
        return None
    first = fits[0]
    alike = [fit for fit in fits if fit.is_whole == first.is_whole and fit.there >= 0.8 * first.there]
    return min(alike, key=lambda fit: (ranked.index(fit.known.kind), -fit.there, not fit.known.is_own))


def _is_there(spec: object, study: Study) -> bool:
    return set(columns_of(spec)) <= set(study.names)


def _completed(kind_key: str, document: dict[str, Any], name: str, basis: dict[str, Any], study: Study) -> Beginning:
    """The profile with what it does not say about the file's columns proposed, and its values."""
    kind = KINDS[kind_key]
    fields = specs_of(document)
    why = dict(basis["why"])
    if not name:
        taken = {column for spec in fields.values() for column in columns_of(spec)}
        for one in propose_fields(kind, study.columns):
            if one.column not in taken and one.field not in fields:
                fields[one.field] = one.column
                why[one.field] = one.why
                taken.add(one.column)
        fields |= _attributes(kind, document, study, taken)
    fields = {field: with_values(kind, field, spec, study) for field, spec in fields.items()}
    return Beginning(kind_key, {**document, "kind": kind_key, "fields": fields}, name, {**basis, "why": why})


def _attributes(kind: Kind, document: Mapping[str, Any], study: Study, taken: set[str]) -> dict[str, str]:
    """What is not recognised is kept as it stands, unless there is nothing in it."""
    if not kind.has_attributes or document.get("rest"):
        return {}
    left = [column for column in study.columns if column.filled and column.name not in taken]
    return {f"attributes.{column.name}": column.name for column in left}


def with_values(kind: Kind, field: str, spec: object, study: Study) -> object:
    """The field with what its values surely mean, where it is one of those and says nothing about values yet."""
    parts = parts_of(spec)
    columns = [found for name in columns_of(spec) if (found := study.column(name)) is not None]
    targets = targets_of(kind.key, field) if columns and "map" not in parts else ()
    if not targets or not all(column.has_few for column in columns):
        return spec
    proposed = propose_targets(dict.fromkeys(value for column in columns for value, _n in column.values), targets)
    return {**parts, "map": proposed} if proposed else spec
