"""Faults and weaknesses of a list of HPO terms, each with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rareplan.knowledge.graph_tables import RankingTables
from rareplan.knowledge.hpo import INHERITANCE, Ontology

ONSET = "HP:0003674"
_GENERAL_IC = 1.0
"""Terms of more than exp(-1) = 37 % of all diseases tell next to nothing."""
_FEW = 3
_MANY = 40


@dataclass(frozen=True)
class GivenTerm:
    """One term as the user wrote it."""

    text: str
    where: str = ""
    excluded: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing to mend. ``level``: error (the term is not used), warning, or note."""

    level: str
    kind: str
    where: str
    term: str
    label: str
    text: str
    action: str


@dataclass(frozen=True)
class _Known:
    id: str
    label: str
    where: str
    excluded: bool


def lint(given: Sequence[GivenTerm], terms: Ontology, tables: RankingTables) -> list[Finding]:
    """Every finding, in the order of the list; then those about the list as a whole."""
    findings: list[Finding] = []
    known: list[_Known] = []
    for item in given:
        found = _name(item, terms, findings)
        if found is not None and _is_phenotype(found, terms, findings):
            known.append(found)
    ic = {str(t): float(x) for t, x in zip(tables.term_ids, tables.ic, strict=True)}
    for term in known:
        _too_general(term, ic, findings)
    _pairs(known, terms, findings)
    _whole(known, findings)
    return findings


def _add(
    findings: list[Finding], level: str, kind: str, term: _Known, text: str, action: str
) -> None:
    findings.append(Finding(level, kind, term.where, term.id, term.label, text, action))


def _name(item: GivenTerm, terms: Ontology, findings: list[Finding]) -> _Known | None:
    found = terms.resolve(item.text)
    if found is None:
        near = "; ".join(f"{i} {label}" for i, label in terms.nearest(item.text, 3))
        unknown = _Known("", item.text[:60], item.where, item.excluded)
        action = f"Nearest: {near}." if near else "Search with 'rareplan hpo search'."
        _add(findings, "error", "unknown", unknown, "is no HPO term", action)
        return None
    known = _Known(found.id, found.label, item.where, item.excluded)
    if found.how in {"replaced", "alternative id"}:
        kind = "obsolete" if found.how == "replaced" else "alternative id"
        said = f"{item.text} is {kind}"
        _add(findings, "warning", kind, known, said, f"Write {found.id} {found.label}.")
    return known


def _is_phenotype(term: _Known, terms: Ontology, findings: list[Finding]) -> bool:
    if terms.is_phenotype(term.id):
        return True
    above = terms.ancestors(term.id)
    if ONSET in above:
        text, action = "is an onset, not a phenotype", "Give it with --onset or in the case file."
        _add(findings, "error", "onset", term, text, action)
    elif INHERITANCE in above:
        text, action = "is a mode of inheritance", "Leave it out; the pedigree says it."
        _add(findings, "error", "inheritance", term, text, action)
    else:
        text, action = "is no phenotypic abnormality", "Leave it out."
        _add(findings, "error", "not a phenotype", term, text, action)
    return False


def _too_general(term: _Known, ic: dict[str, float], findings: list[Finding]) -> None:
    share = ic.get(term.id, 0.0)
    if share < _GENERAL_IC:
        text = "fits so many diseases that it tells next to nothing"
        _add(findings, "warning", "too general", term, text, "Say what exactly was seen.")


def _pairs(known: Sequence[_Known], terms: Ontology, findings: list[Finding]) -> None:
    for i, one in enumerate(known):
        for other in known[i + 1 :]:
            _pair(one, other, terms, findings)


def _pair(one: _Known, other: _Known, terms: Ontology, findings: list[Finding]) -> None:
    if one.id == other.id:
        if one.excluded == other.excluded:
            _add(findings, "note", "duplicate", other, "is given twice", "Remove one.")
        else:
            text = "is both observed and excluded"
            _add(findings, "error", "contradiction", other, text, "Remove one of the two.")
        return
    if other.id in terms.ancestors(one.id):
        specific, general = one, other
    elif one.id in terms.ancestors(other.id):
        specific, general = other, one
    else:
        return
    if specific.excluded == general.excluded:
        # An observed specific term implies the general one; an excluded general one the specific.
        useless, by = (specific, general) if specific.excluded else (general, specific)
        text = f"is implied by {by.id} {by.label}"
        _add(findings, "note", "redundant", useless, text, "It may be left out.")
    elif general.excluded:
        text = f"is observed, but the more general {general.id} {general.label} is excluded"
        _add(findings, "error", "contradiction", specific, text, "One of the two is wrong.")


def _whole(known: Sequence[_Known], findings: list[Finding]) -> None:
    observed = len({k.id for k in known if not k.excluded})
    whole = _Known("", "", "the list", excluded=False)
    if observed == 0:
        text, action = "no observed phenotype", "Give at least one."
        _add(findings, "error", "empty", whole, text, action)
    elif observed < _FEW:
        text = f"{observed} observed term(s): the ranking will be vague"
        _add(findings, "note", "few", whole, text, "Ask 'rareplan hpo suggest' what to look for.")
    elif observed > _MANY:
        text = f"{observed} observed terms"
        _add(findings, "note", "many", whole, text, "Keep those that matter; noise costs rank.")
