"""Criteria sentences with the verdict that a person gave them, for seven patients."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from rareplan.model.therapy import Match
from rareplan.therapies.trials.criteria import Section, Sentence, read, sentences
from rareplan.therapies.trials.patient import TrialPatient

TABLE = Path(__file__).resolve().parents[2] / "data" / "trials_criteria.tsv"

SYMBOLS = frozenset({"SCN1A", "SHANK3", "SYNGAP1", "STXBP1", "MET", "DMD", "CFTR", "KCNQ2"})
_PATIENTS = {
    "SHANK3": TrialPatient(
        gene="SHANK3",
        diseases=("Phelan-McDermid syndrome",),
        age_years=6.0,
        sex="female",
        country="Italy",
        classes=frozenset({"nonsense"}),
        zygosity=frozenset({"heterozygous"}),
        de_novo=True,
        mechanism="lof",
        pathogenic=True,
        names=("NM_001372044.2:c.1000C>T", "p.Gln334Ter"),
        exons=frozenset({8}),
    ),
    "SCN1A": TrialPatient(
        gene="SCN1A",
        diseases=("Dravet syndrome", "Developmental and epileptic encephalopathy 6"),
        age_years=4.0,
        sex="male",
        country="France",
        classes=frozenset({"nonsense"}),
        zygosity=frozenset({"heterozygous"}),
        mechanism="lof",
        pathogenic=True,
        names=("c.664C>T", "p.Arg222Ter"),
    ),
    "DMD": TrialPatient(
        gene="DMD",
        diseases=("Duchenne muscular dystrophy",),
        age_years=9.0,
        sex="male",
        classes=frozenset({"deletion"}),
        zygosity=frozenset({"hemizygous"}),
        mechanism="lof",
        pathogenic=True,
        exons=frozenset({48, 49, 50}),
        skip_exons=frozenset({51}),
    ),
    "CFTR": TrialPatient(
        gene="CFTR",
        diseases=("Cystic fibrosis",),
        age_years=25.0,
        sex="male",
        classes=frozenset({"nonsense", "deletion"}),
        zygosity=frozenset({"compound heterozygous", "biallelic"}),
        mechanism="lof",
        pathogenic=True,
        names=("c.1521_1523del", "p.Phe508del", "c.3846G>A", "p.Trp1282Ter"),
    ),
    "MET": TrialPatient(
        gene="MET", diseases=("Osteofibrous dysplasia",), age_years=30.0, pathogenic=True
    ),
    "VUS": TrialPatient(gene="KCNQ2", age_years=3.0, sex="male", pathogenic=False),
    "NOAGE": TrialPatient(gene="KCNQ2", pathogenic=True),
}
PATIENTS = {name: replace(p, known_symbols=SYMBOLS) for name, p in _PATIENTS.items()}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def verdict(row: dict[str, str]) -> str:
    sentence = Sentence(row["sentence"], Section(row["section"]), row["parent"])
    return read(sentence, PATIENTS[row["patient"]]).verdict.value


@pytest.mark.parametrize("row", rows(), ids=lambda r: f"{r['id']} {r['patient']}: {r['sentence']}")
def test_sentence(row: dict[str, str]) -> None:
    assert verdict(row) == row["expected"]


def test_enough_sentences_and_no_false_met() -> None:
    table = rows()
    assert len(table) >= 60
    assert not [r for r in table if verdict(r) == "met" and r["expected"] != "met"]


def test_sections_bullets_and_lists() -> None:
    text = (
        "Preamble.\n\nInclusion Criteria:\n\n1. Age \\>= 2 years\n2. One of the following:\n\n"
        "   * A\n   * B\n\nKey Exclusion Criteria:\n\n* C\n\n"
        "Inclusion criteria for healthy controls:\n* D\n"
    )
    found = [(s.text, s.section, s.parent) for s in sentences(text)]
    assert found == [
        ("Preamble.", Section.NONE, ""),
        ("Age >= 2 years", Section.INCLUSION, ""),
        ("A", Section.INCLUSION, "One of the following:"),
        ("B", Section.INCLUSION, "One of the following:"),
        ("C", Section.EXCLUSION, ""),
        ("D", Section.NONE, ""),
    ]


def test_unlabelled_text_says_nothing() -> None:
    reading = read(Sentence("Age 2 to 12 years", Section.NONE), PATIENTS["SHANK3"])
    assert reading.verdict is Match.UNKNOWN
