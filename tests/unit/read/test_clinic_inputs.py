"""Files as clinics send them: each is read rightly, or refused in words that help.

``tests/data/clinic_inputs.jsonl`` was written before the readers were looked at; a row holds what
differs from a sound trio, and what a careful user would expect. ``{H}`` and the like stand for the
parts of the sound files below.
"""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest

from rareplan.config import load_settings
from rareplan.errors import InputError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.model.case import Case
from rareplan.model.genome import Assembly, Contig
from rareplan.read.batches import iter_batches
from rareplan.read.case import CasePaths, read_case

TABLE = Path(__file__).resolve().parents[2] / "data" / "clinic_inputs.jsonl"
ROWS = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
HET, REF, HOM = "0/1:20,22:42:99", "0/0:40,0:40:99", "1/1:0,40:40:99"
SITES = (
    ("chr1", 939399, "A", "G", HET, REF, HET),
    ("chr2", 210591886, "C", "T", HET, HET, REF),
    ("chr2", 210606889, "G", "T", HET, REF, HET),
    ("chr7", 117559590, "A", "G", HET, HET, HET),
    ("chrX", 31119220, "G", "A", HOM, REF, HET),
)
FORMATS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">\n'
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="GQ">\n'
)
PED = "F\tchild\tdad\tmum\t1\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n"
TERMS = "HP:0001987\nHP:0001250\n"
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
USUAL = ["f.vcf", "--ped", "f.ped", "--hpo", "t.txt"]


def contigs(assembly: Assembly) -> str:
    is_38 = assembly is Assembly.GRCH38
    return "".join(
        f"##contig=<ID={contig.ucsc if is_38 else contig.bare},length={length}>\n"
        for contig, length in assembly.lengths.items()
    )


def site(row: tuple[Any, ...], samples: int) -> str:
    name, pos, ref, alt, *calls = row
    head = f"{name}\t{pos}\t.\t{ref}\t{alt}\t500\tPASS\t.\tGT:AD:DP:GQ\t"
    return head + "\t".join(calls[:samples]) + "\n"


def meta(samples: str) -> str:
    return (
        "##fileformat=VCFv4.2\n##reference=GRCh38\n"
        f'##FILTER=<ID=PASS,Description="All filters passed">\n{FORMATS}'
        f"{contigs(Assembly.GRCH38)}{FIXED}\t{samples}\n"
    )


PARTS = {
    "{H}": meta("child\tdad\tmum"),
    "{H1}": meta("child"),
    "{C38}": contigs(Assembly.GRCH38),
    "{C37}": contigs(Assembly.GRCH37),
    "{F}": FORMATS,
    "{COLS}": f"{FIXED}\tchild\tdad\tmum",
    **{f"{{b{i}}}": site(row, 3) for i, row in enumerate(SITES)},
    **{f"{{s{i}}}": site(row, 1) for i, row in enumerate(SITES)},
}
SOUND = {
    "f.vcf": PARTS["{H}"] + "".join(site(row, 3) for row in SITES),
    "f.ped": PED,
    "t.txt": TERMS,
}


def whole(value: str | dict[str, str]) -> bytes:
    """A file's bytes: text with its parts filled in, in UTF-8 unless another coding is named."""
    coding, text = next(iter(value.items())) if isinstance(value, dict) else ("utf-8", value)
    for name, part in PARTS.items():
        text = text.replace(name, part)
    return text.encode(coding)


def given(folder: Path, row: dict[str, Any]) -> list[str]:
    """The row's files in a folder; the arguments to read them with."""
    for name, text in (SOUND | row.get("files", {})).items():
        if name not in row.get("without", ()):
            (folder / name).write_bytes(whole(text))
    arguments: list[str] = row.get("args", USUAL)
    return arguments


def read(arguments: list[str], kb: KnowledgeBase) -> tuple[Case, int]:
    """The case and its number of alleles, read as ``validate`` does it."""
    named: dict[str, Any] = {}
    vcfs: list[Path] = []
    words = iter(a for a in arguments if a != "--")
    for word in words:
        if word == "--allow-unsequenced":
            named["allow_unsequenced"] = True
        elif word.startswith("--"):
            value = next(words)
            is_text = word in {"--proband", "--assembly"}
            named[word[2:]] = value if is_text else Path(value)
        else:
            vcfs.append(Path(word))
    settings = load_settings(named.pop("config", None))
    needed = "hpo" in named
    case = read_case(CasePaths(tuple(vcfs), phenotype_needed=needed, **named), kb)
    return case, sum(len(batch) for batch in iter_batches(case, settings.rarity.tags))


@pytest.fixture(scope="module")
def starter() -> KnowledgeBase:
    return open_knowledge(None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_input(
    row: dict[str, Any], tmp_path: Path, starter: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = given(tmp_path, row)
    if not row["read"]:
        with pytest.raises(InputError) as caught:
            read(arguments, starter)
        said = str(caught.value)
    else:
        case, alleles = read(arguments, starter)
        said = " ".join(case.notices)
        found = {
            "alleles": alleles,
            "assembly": case.assembly.value,
            "proband": case.pedigree.proband_id,
            "family": case.pedigree.shape,
            "terms": len(case.terms),
        }
        assert {key: found[key] for key in row.get("is", {})} == row.get("is", {})
    missing = [word for word in row.get("words", ()) if not re.search(word, said, re.IGNORECASE)]
    assert not missing, said


def test_there_are_many() -> None:
    assert len(ROWS) >= 300
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def calls_of(folder: Path, kb: KnowledgeBase, records: str) -> dict[tuple[Contig, int, str], Any]:
    (folder / "f.vcf").write_text(PARTS["{H1}"] + records)
    (folder / "t.txt").write_text(TERMS)
    case = read_case(CasePaths((folder / "f.vcf",), folder / "t.txt"), kb)
    calls = {}
    for batch in iter_batches(case, load_settings().rarity.tags):
        for i in range(len(batch)):
            key = Contig(int(batch.contig[i])), int(batch.pos[i]), str(batch.alt[i])
            calls[key] = tuple(batch.hap[i, 0].tolist()), float(batch.ad_alt[i, 0])
    return calls


@pytest.mark.parametrize(
    ("call", "alt", "haplotypes"),
    [
        ("0/1/1", "T", [(0, 1)]),
        ("0/0/1", "T", [(0, 1)]),
        ("1/1/1", "T", [(1, 1)]),
        ("0/1/2", "T,G", [(0, 1), (0, 1)]),
        ("1/1/2", "T,G", [(2, 1), (2, 1)]),
        ("./1/1", "T", [(-1, 1)]),
        (".|1", "T", [(-1, 1)]),
        ("1", "T", [(1, -2)]),
    ],
)
def test_calls_of_any_ploidy(
    call: str, alt: str, haplotypes: list[tuple[int, int]], tmp_path: Path, starter: KnowledgeBase
) -> None:
    record = f"chr2\t210591886\t.\tC\t{alt}\t50\tPASS\t.\tGT\t{call}\n"
    found = calls_of(tmp_path, starter, record)
    assert [hap for hap, _ in found.values()] == haplotypes


def test_reads_of_other_alleles_are_not_taken_for_this_one(
    tmp_path: Path, starter: KnowledgeBase
) -> None:
    record = "chr2\t210591886\t.\tC\tT\t50\tPASS\t.\tGT:AD\t0/1:20,3,17\n"
    ((_, reads),) = calls_of(tmp_path, starter, record).values()
    assert math.isnan(reads)  # whose the 3 and the 17 are cannot be told


@pytest.mark.parametrize(
    ("kind", "words"),
    [("folder", "a folder"), ("link", "a link to no such file"), ("long name", "too long")],
)
def test_what_is_no_file(kind: str, words: str, tmp_path: Path, starter: KnowledgeBase) -> None:
    path = tmp_path / ("x" * 300 if kind == "long name" else "f.vcf")
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("gone.vcf")
    with pytest.raises(InputError, match=words):
        read_case(CasePaths((path,), phenotype_needed=False), starter)


def test_an_index_older_than_its_file_is_not_used(tmp_path: Path) -> None:
    from rareplan.read.index import has_index

    path, index = tmp_path / "f.vcf.gz", tmp_path / "f.vcf.gz.tbi"
    path.write_bytes(b"x")
    assert not has_index(path)
    index.write_bytes(b"x")
    assert has_index(path)
    os.utime(index, (1, 1))
    assert not has_index(path)
