"""PED files: codes, odd forms, and every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from rareplan.model.pedigree import Affection, Person, Sex
from rareplan.read.family import build_pedigree
from rareplan.read.ped import read_ped


def people_of(tmp_path: Path, text: str) -> tuple[list[Person], list[str]]:
    path = tmp_path / "f.ped"
    path.write_text(text)
    people, faults = read_ped(path)
    return people, [f.found for f in faults]


TRIO = "F\tkid\tdad\tmum\t1\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n"


def test_trio(tmp_path: Path) -> None:
    people, faults = people_of(tmp_path, TRIO)
    assert not faults
    assert people[0] == Person("kid", "F", "dad", "mum", Sex.MALE, Affection.AFFECTED)
    assert people[1].father == ""


@pytest.mark.parametrize(
    "text",
    [
        "#Family ID\tIndividual ID\tPaternal ID\tMaternal ID\tSex\tPhenotype\n" + TRIO,
        "family individual father mother sex phenotype\n".replace(
            "father mother", "paternal maternal"
        )
        + TRIO.replace("\t", " "),
        TRIO.replace("\n", "\r\n"),
        "\ufeff" + TRIO,
        TRIO + "\n\n# comment\n",
        TRIO.replace("\t2\n", "\taffected\n"),
    ],
)
def test_usual_variants_of_the_form(tmp_path: Path, text: str) -> None:
    people, faults = people_of(tmp_path, text)
    assert not faults
    assert [p.id for p in people] == ["kid", "dad", "mum"]
    assert people[0].affected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("F\tkid\t0\t0\t1\n", "5 columns"),
        ("F\tkid\t0\t0\tboy\t2\n", "sex 'boy'"),
        ("F\tkid\t0\t0\t1\tsick\n", "phenotype 'sick'"),
        ("", "no person"),
        (TRIO + "F\tkid\t0\t0\t1\t2\n", "person 'kid' a second time"),
        ("F\tkid\tkid\t0\t1\t2\n", "'kid' as their own father"),
        (TRIO.replace("dad\t0\t0\t1", "dad\t0\t0\t2"), "'dad' as father, whose sex is female"),
        ("F\ta\tb\t0\t1\t2\nF\tb\ta\t0\t1\t1\n", "'a', who is their own ancestor"),
        ("F\tkid\tdad\tdad\t1\t2\nF\tdad\t0\t0\t1\t1\n", "'dad' as father and mother"),
    ],
)
def test_faults(tmp_path: Path, text: str, found: str) -> None:
    assert found in people_of(tmp_path, text)[1]


def test_all_faults_at_once(tmp_path: Path) -> None:
    _, faults = people_of(tmp_path, "F\ta\t0\t0\tx\ty\nF\tb\t0\n")
    assert len(faults) == 3


def test_binary_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.ped"
    path.write_bytes(b"\xff\xfe\x00\x01" * 10)
    assert read_ped(path)[1][0].found == "UTF-16 text"


def test_proband_is_the_affected_child_with_parents(tmp_path: Path) -> None:
    text = "F\tuncle\t0\t0\t1\t2\n" + TRIO
    people, _ = people_of(tmp_path, text)
    pedigree, faults, _ = build_pedigree(people, ("uncle", "kid", "dad", "mum"))
    assert not faults
    assert pedigree is not None
    assert pedigree.proband_id == "kid"
    assert pedigree.shape == "family"


def test_person_without_sample_is_a_fault_unless_allowed(tmp_path: Path) -> None:
    people, _ = people_of(tmp_path, TRIO)
    pedigree, faults, _ = build_pedigree(people, ("kid", "mum"))
    assert pedigree is None
    assert [f.found for f in faults] == ["'dad' in the PED but not in the VCF"]
    pedigree, faults, _ = build_pedigree(people, ("kid", "mum"), allow_unsequenced=True)
    assert not faults
    assert pedigree is not None
    assert pedigree.shape == "duo"


def test_proband_without_sample_is_always_a_fault(tmp_path: Path) -> None:
    people, _ = people_of(tmp_path, TRIO)
    pedigree, faults, _ = build_pedigree(
        people, ("dad", "mum"), wanted="kid", allow_unsequenced=True
    )
    assert pedigree is None
    assert "proband 'kid'" in faults[0].found


def test_singleton_is_inferred_and_many_samples_are_not() -> None:
    pedigree, faults, notices = build_pedigree([], ("solo",))
    assert pedigree is not None
    assert pedigree.proband.affected
    assert notices
    assert not faults
    assert build_pedigree([], ("a", "b"))[0] is None
    chosen = build_pedigree([], ("a", "b"), wanted="b")[0]
    assert chosen is not None
    assert chosen.proband_id == "b"
