"""Families from VCF and PED through the local engine: verdicts that were written down before."""

from __future__ import annotations

import csv
import re
from functools import cache
from itertools import groupby
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rareplan.config import load_settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.local import run
from rareplan.knowledge.store import open_knowledge
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Assembly, Contig
from rareplan.read.case import CasePaths, read_case

TABLE = Path(__file__).resolve().parents[2] / "data" / "family_situations.tsv"
TRIO = "child dad mum {} 2, dad 0 0 1 {}, mum 0 0 2 {}"
WELL = TRIO.format(1, 1, 1)
FAMILIES = {
    "TM": WELL,
    "TF": TRIO.format(2, 1, 1),
    "AD": TRIO.format(1, 2, 1),
    "BOTH": TRIO.format(1, 2, 2),
    "MUM": TRIO.format(2, 1, 2),
    "DUO": "child 0 mum 1 2, mum 0 0 2 1",
    "SM": "child 0 0 1 2",
    "SF": "child 0 0 2 2",
    "SIS": f"{WELL}, sis dad mum 2 2",
    "BRO": f"{WELL}, bro dad mum 1 1",
    "GEN": "child dad mum 1 2, dad gpa gma 1 2, mum 0 0 2 1, gpa 0 0 1 2, gma 0 0 2 1",
    "XL": "child dad mum 1 2, dad 0 0 1 1, mum gpa gma 2 1, gpa 0 0 1 1, gma 0 0 2 1, "
    "uncle gpa gma 1 2",
    "HALF": f"{WELL}, half dad2 mum 2 2, dad2 0 0 1 1",
}
MITOCHONDRIAL = (3340, 4500, 5930, 8390, 9230)  # in MT-ND1, -ND2, -CO1, -ATP8, -CO3
PAR1_END = 2_781_479
_NEXT_MODE = re.compile(r"; (?=\S+ (?:AD|AR|XL|Y-linked|mitochondrial)\b)")
Row = dict[str, str]
Site = tuple[str, int, str, tuple[str, ...], str]


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


@cache
def places() -> dict[str, list[tuple[str, str, list[tuple[int, int]]]]]:
    """Genes by kind of place: contig, symbol and coding exons of some length (1-based)."""
    bundle = TranscriptBundle.from_knowledge(open_knowledge())
    found: dict[str, list[tuple[str, str, list[tuple[int, int]]]]] = {}
    for i in sorted(range(len(bundle)), key=lambda n: str(bundle.gene[n])):
        if not bundle.is_mane[i] or bundle.cds_start[i] <= 0:
            continue
        spans = range(bundle.exon_offset[i], bundle.exon_offset[i + 1])
        exons = [
            (int(max(bundle.exon_start[j], bundle.cds_start[i])),
             int(min(bundle.exon_end[j], bundle.cds_end[i])))
            for j in spans
        ]  # fmt: skip
        long = [(low, high) for low, high in exons if high - low > 60]
        contig = Contig(int(bundle.contig[i]))
        in_par = contig is Contig.X and bundle.end[i] < PAR1_END
        kind = "PAR" if in_par else contig.name if contig >= Contig.X else "A"
        if len(long) >= (6 if kind == "A" else 3):
            found.setdefault(kind, []).append((contig.ucsc, str(bundle.gene[i]), long))
    return found


def cell(call: str, form: str, block: int) -> str:
    """GT, AD, DP, GQ and PS of one call; reads that suit it where none are given."""
    gt, *rest = call.split(":")
    copies = sum(h == "1" for h in re.split(r"[/|]", gt))
    if not rest:
        sure = {0: "40,0:40:99", 1: "20,20:40:99", 2: "0,40:40:99"}[min(copies, 2)]
        if gt in {"0", "1"}:
            sure = "0,20:20:99" if copies else "20,0:20:99"
        elif "." in gt:
            sure = ".:.:." if set(gt) <= set("./|") else "9,9:18:40" if copies else "12,0:12:40"
        rest = [sure]
    phase = "." if "|" not in gt else str(1000 + block * (form == "ps2"))
    return ":".join([gt, *rest, phase]) if form.startswith("ps") else ":".join([gt, *rest])


def sites_of(row: Row, contig: str, exons: list[tuple[int, int]]) -> list[Site]:
    blocks = [tuple(block.split()) for block in row["calls"].split(" / ")]
    form = row["form"]
    if form == "two_alts":
        reads = {"1/2": "0,20,20", "0/1": "20,20,0", "0/2": "20,0,20"}
        cells = tuple(f"{call}:{reads[call]}:40:99" for call in blocks[0])
        return [(contig, exons[1][0] + 20, "T,G", cells, ".")]
    found: list[Site] = []
    for number, block in enumerate(blocks):
        cells = tuple(cell(call, form, number) for call in block)
        if form.startswith("del") and number == 0:
            first, last = exons[0] if form == "delfar" else exons[1]
            start = first + 5 if form == "delfar" else first - 5
            found.append((contig, start, "<DEL>", cells, f"SVTYPE=DEL;END={last}"))
        else:
            exon = exons[1 if form.startswith("del") else number]
            found.append((contig, exon[0] + 17, "T", cells, "."))
    return found


def written(folder: Path, family: str, mine: list[Row]) -> dict[str, list[Site]]:
    """The family's VCF and PED; where each situation lies."""
    genes = {kind: iter(found) for kind, found in places().items()}
    mt = iter(MITOCHONDRIAL)
    placed: dict[str, list[Site]] = {}
    for row in mine:
        if row["situation"] in placed:
            continue
        if row["place"] == "MT":
            start = next(mt)
            placed[row["situation"]] = sites_of(row, "chrM", [(start, start + 600)] * 2)
        else:
            contig, _, exons = next(genes[row["place"]])
            placed[row["situation"]] = sites_of(row, contig, exons)
    people = FAMILIES[family].split(", ")
    header = (
        '##fileformat=VCFv4.2\n##ALT=<ID=DEL,Description="x">\n'
        '##INFO=<ID=END,Number=1,Type=Integer,Description="x">\n'
        '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">\n'
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n'
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">\n'
        '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="x">\n'
        '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="x">\n'
    ) + "".join(f"##contig=<ID={c.ucsc},length={n}>\n" for c, n in Assembly.GRCH38.lengths.items())
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    text = header + "\t".join([*columns, *(p.split()[0] for p in people)]) + "\n"
    order = [c.ucsc for c in Assembly.GRCH38.lengths]
    sites = sorted(
        (s for found in placed.values() for s in found), key=lambda s: (order.index(s[0]), s[1])
    )
    for contig, pos, alt, cells, info in sites:
        keys = "GT:AD:DP:GQ:PS" if cells[0].count(":") == 4 else "GT:AD:DP:GQ"
        text += "\t".join([contig, str(pos), ".", "C", alt, "500", "PASS", info, keys, *cells])
        text += "\n"
    (folder / "f.vcf").write_text(text)
    (folder / "f.ped").write_text("".join(f"F {p}\n" for p in people).replace(" ", "\t"))
    return placed


def verdicts(row: Row, sites: list[Site], told: dict[tuple[str, int], str]) -> dict[str, str]:
    """Verdicts of the row's mode at its alleles, with their reasons."""
    parts = (part for site in sites for part in _NEXT_MODE.split(told[site[0], site[1]]))
    wanted = re.compile(rf"\S+ {re.escape(row['mode'])}: (\w+),? ?(.*)")
    found = (wanted.fullmatch(part) for part in parts)
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("family", FAMILIES)
def test_family(family: str, tmp_path: Path) -> None:
    mine = next(list(g) for f, g in groupby(rows(), key=lambda r: r["family"]) if f == family)
    placed = written(tmp_path, family, mine)
    kb = open_knowledge()
    paths = CasePaths((tmp_path / "f.vcf",), ped=tmp_path / "f.ped", phenotype_needed=False)
    result = run(read_case(paths, kb), kb, load_settings(), EngineRequest(force=True))
    told: dict[tuple[str, int], str] = {}
    for line in pq.read_table(result.ledger).to_pylist():
        place = (line["contig"], line["pos"])
        told[place] = "; ".join(filter(None, (told.get(place), line["segregation"])))
    wrong = []
    for row in mine:
        found = verdicts(row, placed[row["situation"]], told)
        good = [v for v in row["verdict"].split("|") if v in found or (v == "ABSENT" and not found)]
        blamed = not row["by"] or "EXCLUDED" not in good or re.search(row["by"], found["EXCLUDED"])
        if not good or not blamed:
            wrong.append((row["situation"], row["mode"], row["verdict"], row["by"], found))
    assert not wrong


def test_there_are_many_situations() -> None:
    table = rows()
    assert {row["family"] for row in table} == set(FAMILIES)
    assert len({(row["family"], row["situation"]) for row in table}) >= 100
