"""The curated tables obey their schemas, the validator finds faults, lists and links agree."""

from __future__ import annotations

import csv
import io
import lzma
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from rareplan.knowledge.curated_check import TABLES, validate_curated
from rareplan.knowledge.store import open_knowledge
from rareplan.knowledge.therapies import CuratedTherapies
from rareplan.provenance import data_dir
from rareplan.therapies.medicines import DrugNames, words

INN = "International non-proprietary name (INN) / common name"
FOLDER = data_dir("knowledge") / "curated"


def test_no_faults() -> None:
    assert validate_curated(FOLDER) == []


def test_size(tables: CuratedTherapies) -> None:
    rows = [row for group in tables.therapies.values() for row in group]
    assert len(rows) >= 450
    assert len(tables.therapies) >= 380
    assert sum(len(group) for group in tables.cautions.values()) >= 170


@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("therapies", "\tlof\t", "\tloss\t", "is none of"),
        ("therapies", "FDA:2013:approved", "FDA:13:approved", "has not the form"),
        ("therapies", "\tdownstream\t", "\tsideways\t", "is none of"),
        ("therapies", "2026-11-21", "21 November", "is no date"),
        ("cautions", "HGNC:", "HGNC", "has not the form"),
        ("drugs", "Depakote;", "Tegretol;", "stands for"),
    ],
)
def test_faults_are_found(tmp_path: Path, table: str, old: str, new: str, fault: str) -> None:
    for name in TABLES:
        for suffix in (".tsv", ".schema.toml"):
            shutil.copy(FOLDER / f"{name}{suffix}", tmp_path)
    path = tmp_path / f"{table}.tsv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert any(fault in found for found in validate_curated(tmp_path))


def test_wrong_direction_in_a_row_is_found(tmp_path: Path) -> None:
    for name in TABLES:
        for suffix in (".tsv", ".schema.toml"):
            shutil.copy(FOLDER / f"{name}{suffix}", tmp_path)
    path = tmp_path / "therapies.tsv"
    lines = path.read_text("utf-8").splitlines()
    header = lines[0].split("\t")
    place = next(i for i, line in enumerate(lines) if line.startswith("SOD1-"))
    cells = lines[place].split("\t")
    cells[header.index("mechanism")] = "lof"
    lines[place] = "\t".join(cells)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert "therapies SOD1-1: down for lof" in validate_curated(tmp_path)


def test_gene_and_omim_agree_with_the_snapshot(tables: CuratedTherapies) -> None:
    kb = open_knowledge(data_dir("knowledge") / "starter")
    links: dict[str, set[str]] = defaultdict(set)
    for row in kb.table("gene_disease").to_pylist():
        links[row["gene"]].add(row["disease_id"])
    wrong = [
        (row.gene, number)
        for group in (*tables.therapies.values(), *tables.mechanisms.values())
        for row in group
        for number in row.omim
        if f"OMIM:{number}" not in links[row.gene]
    ]
    assert wrong == []


def test_hgnc_ids_agree_with_the_snapshot(tables: CuratedTherapies) -> None:
    kb = open_knowledge(data_dir("knowledge") / "starter")
    ids = dict(
        zip(*(kb.table("genes").column(c).to_pylist() for c in ("symbol", "hgnc_id")), strict=True)
    )
    wrong = [r.gene for g in tables.therapies.values() for r in g if ids.get(r.gene) != r.hgnc_id]
    assert wrong == []


@pytest.mark.shared
def test_tier_a_rows_are_on_the_lists_or_explained(
    shared_data: Path, tables: CuratedTherapies, names: DrugNames
) -> None:
    folder = shared_data / "knowledge"
    with lzma.open(folder / "FDA_orphan_approved_2022-07-01.csv.xz", "rt") as handle:
        fda = [f"{r['Generic Name']} | {r['Trade Name']}" for r in csv.DictReader(handle)]
    with lzma.open(folder / "ema_epar_2023-12-05.tsv.xz", "rt") as handle:
        text = handle.read()
    ema = [
        f"{r['Medicine name']} | {r['Active substance']} | {r[INN]}"
        for r in csv.DictReader(io.StringIO(text), delimiter="\t")
    ]
    listed = [" ".join(words(entry)) for entry in (*fda, *ema)]
    for group in tables.therapies.values():
        for row in group:
            if row.tier != "A":
                continue
            assert row.list_check, row.id
            known = {n for agent in row.agents for n in _spellings(agent, names)}
            found = any(re.search(rf"\b{re.escape(n)}\b", e) for n in known for e in listed)
            assert found is (row.list_check == "found"), row.id


def _spellings(agent: str, names: DrugNames) -> set[str]:
    row = names.drugs.get(agent.lower())
    spelled = (agent, *row.synonyms) if row else (agent,)
    return {" ".join(words(s)) for s in spelled if len(" ".join(words(s))) > 3}
