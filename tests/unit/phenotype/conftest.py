"""A hand-made snapshot: 12 terms, 5 diseases, 3 genes, small enough to check by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.refresh.tables import Built, Source, from_rows, write_manifest, write_table

ROOT = "HP:0000118"
# id, label, synonyms, parents, obsolete, replaced_by, alt_ids
TERMS = [
    ("HP:0000001", "All", (), (), False, "", ()),
    (ROOT, "Phenotypic abnormality", (), ("HP:0000001",), False, "", ()),
    ("HP:0000005", "Mode of inheritance", (), ("HP:0000001",), False, "", ()),
    ("HP:0000006", "Autosomal dominant inheritance", (), ("HP:0000005",), False, "", ()),
    ("HP:0003674", "Onset", (), ("HP:0000001",), False, "", ()),
    ("HP:0003577", "Congenital onset", (), ("HP:0003674",), False, "", ()),
    ("HP:0000707", "Abnormality of the nervous system", (), (ROOT,), False, "", ()),
    ("HP:0001250", "Seizure", ("Fits", "Epilepsy"), ("HP:0000707",), False, "", ("HP:0002279",)),
    ("HP:0007359", "Focal-onset seizure", ("Partial seizure",), ("HP:0001250",), False, "", ()),
    ("HP:0002197", "Generalized-onset seizure", (), ("HP:0001250",), False, "", ()),
    ("HP:0001263", "Global developmental delay", (), ("HP:0000707",), False, "", ()),
    ("HP:0001626", "Abnormality of the cardiovascular system", (), (ROOT,), False, "", ()),
    ("HP:0001629", "Ventricular septal defect", ("VSD",), ("HP:0001626",), False, "", ()),
    ("HP:0001631", "Atrial septal defect", ("ASD",), ("HP:0001626",), False, "", ()),
    ("HP:0009999", "Old fits", (), (), True, "HP:0001250", ()),
]
# disease, term, negated, n, m, class, onset, sex
LINKS = [
    ("OMIM:1", "HP:0007359", False, 9, 10, "", "", ""),
    ("OMIM:1", "HP:0001263", False, 5, 10, "", "", ""),
    ("OMIM:2", "HP:0002197", False, -1, -1, "HP:0040281", "", ""),
    ("OMIM:2", "HP:0001629", False, -1, -1, "", "", ""),
    ("OMIM:3", "HP:0001629", False, 8, 8, "", "", ""),
    ("OMIM:3", "HP:0001631", False, 4, 8, "", "", ""),
    ("OMIM:3", "HP:0001250", True, -1, -1, "", "", ""),
    ("OMIM:4", "HP:0001263", False, -1, -1, "HP:0040283", "", ""),
    ("ORPHA:1", "HP:0001250", False, -1, -1, "HP:0040282", "", ""),
]
GENES = [
    ("GENEA", "OMIM:1"), ("GENEA", "OMIM:3"), ("GENEB", "OMIM:2"), ("GENEB", "ORPHA:1"),
    ("GENEC", "OMIM:4"), ("GENED", "ORPHA:1"),
]  # fmt: skip
_SOURCE = (Source("hand", "1", "2026-01-01", "CC0", "", ""),)


Snapshot = Callable[..., KnowledgeBase]


def write_snapshot(
    folder: Path,
    twins: Mapping[str, str] | None = None,
    modes: Mapping[str, list[str]] | None = None,
    onsets: Mapping[str, str] | None = None,
) -> KnowledgeBase:
    """The hand-made snapshot; ``twins`` gives MONDO ids, ``onsets`` an onset term by disease."""
    terms = [(i, lb, list(s), list(p), o, r, list(a), "", []) for i, lb, s, p, o, r, a in TERMS]
    nan = float("nan")
    links = [
        (d, t, neg, n, m, c, n / m if m > 0 else nan, on, sx, "PMID:0", "PCS", "P")
        for d, t, neg, n, m, c, on, sx in LINKS
    ]
    about = {"OMIM:1": ("HP:0000006", "I"), **{d: (t, "C") for d, t in (onsets or {}).items()}}
    links += [
        (d, t, False, -1, -1, "", nan, "", "", "PMID:0", "PCS", aspect)
        for d, (t, aspect) in about.items()
    ]
    names = sorted({row[0] for row in LINKS})
    diseases = [
        (
            d,
            f"Disease {d}",
            d.split(":")[0],
            (twins or {}).get(d, ""),
            (modes or {}).get(d, []),
            False,
        )
        for d in names
    ]
    pairs = [(g, "", "", d, "", "hand") for g, d in GENES]
    tables = {
        "hpo_terms": terms, "disease_terms": links, "diseases": diseases, "gene_disease": pairs,
    }  # fmt: skip
    entries = {
        name: write_table(folder, Built(name, from_rows(name, rows), _SOURCE))
        for name, rows in tables.items()
    }
    write_manifest(folder, "hand", "2026-01-01", entries)
    return open_knowledge(folder)


@pytest.fixture
def snapshot_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    monkeypatch.setenv("RAREPLAN_CACHE", str(tmp_path / "cache"))
    return write_snapshot


@pytest.fixture
def snapshot(tmp_path: Path, snapshot_with: Snapshot) -> KnowledgeBase:
    return snapshot_with(tmp_path / "kb")
