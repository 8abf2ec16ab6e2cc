"""Every malformed input of the corpus is refused with the words that belong to it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from tests.faults.corpus import Bad, everything, tolerated
from tests.faults.run import family, message_of, read_all

EXPECTED = tomllib.loads(Path(__file__).with_name("expected.toml").read_text("utf-8"))
CORPUS = everything()


@pytest.fixture(scope="module")
def starter() -> KnowledgeBase:
    return open_knowledge(None)


def name_of(bad: Bad) -> str:
    return f"{bad.kind}: {bad.name}"


@pytest.mark.parametrize("bad", CORPUS, ids=name_of)
def test_a_malformed_input_is_named(bad: Bad, tmp_path: Path, starter: KnowledgeBase) -> None:
    expected = EXPECTED[bad.kind][bad.name]
    found = message_of(bad, tmp_path, starter)
    told = [line.split("; expected ")[0] for line in found.splitlines()]
    assert told == ([expected] if isinstance(expected, str) else expected)
    assert all(line.isprintable() for line in found.splitlines())
    assert str(tmp_path) not in found, "a path may name the patient"


def test_the_corpus_is_large_and_every_line_has_its_input() -> None:
    assert len(CORPUS) >= 150
    named = {(kind, name) for kind, rows in EXPECTED.items() for name in rows}
    assert named == {(bad.kind, bad.name) for bad in CORPUS}
    assert len(named) == len(CORPUS)


@pytest.mark.parametrize("bad", list(tolerated()), ids=name_of)
def test_what_is_only_odd_is_read(bad: Bad, tmp_path: Path, starter: KnowledgeBase) -> None:
    alleles = read_all(family(tmp_path, bad), starter)
    assert alleles == (2 if bad.kind == "vcf" else 1)


def test_all_faults_of_all_files_come_at_once(tmp_path: Path, starter: KnowledgeBase) -> None:
    paths = family(tmp_path)
    paths["ped"].write_text("F\tkid\n")
    paths["hpo"].write_text("HP:9999999\n")
    paths["case"].write_text('[patient]\nsex = "x"\n')
    from rareplan.errors import InputError

    with pytest.raises(InputError) as caught:
        read_all(paths, starter)
    assert {fault.where for fault in caught.value.faults} == {
        "family.ped line 1", "family.txt line 1", "family.toml: patient.sex",
    }  # fmt: skip
