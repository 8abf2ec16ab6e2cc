"""What the fuzzers call: bytes in; either an answer or an error that is meant for people."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import cache
from math import isfinite
from pathlib import Path

import numpy as np

from rareplan.annotate.table import annotate_sites
from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.errors import RareplanError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig
from tests.faults.corpus import GOOD_CASE, GOOD_PED, GOOD_TERMS, GOOD_VCF, HEAD, RECORD, Bad, bgzf
from tests.faults.run import message_of

# HGVS 21.0: coding, non-coding and mitochondrial names as rareplan writes them.
HGVS = re.compile(r"^$|^\S+:(?:[cnm]\.\S+)$")
PROTEIN = re.compile(r"^$|^(?:\S+:)?p\.\S+$")
PACKET = (
    b'{"id":"x","subject":{"id":"kid","sex":"MALE"},'
    b'"phenotypicFeatures":[{"type":{"id":"HP:0001250"}}]}'
)
CSQ_HEADER = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: Allele|Consequence|IMPACT|SYMBOL|'
    'Gene|Feature|HGVSc|HGVSp|gnomADe_AF|REVEL">\n'
    '##INFO=<ID=ANN,Number=.,Type=String,Description="x">\n'
    '##INFO=<ID=BCSQ,Number=.,Type=String,Description="x">\n'
    '##INFO=<ID=SpliceAI,Number=.,Type=String,Description="x">\n'
)
CSQ = (
    b"G|missense_variant|MODERATE|CPS1|ENSG1|NM_1.1|NM_1.1:c.1A>G|NP_1:p.M1V|0.1&0.2|0.9,"
    b"T|stop_gained|||"
)
ANN = (
    b"G|missense_variant|MODERATE|CPS1|CPS1|transcript|NM_1.1|protein_coding|1/2|c.1A>G|p.M1V|"
    b"1/9|1/9|1/3||"
)


@cache
def knowledge() -> KnowledgeBase:
    """The starter, opened once."""
    return open_knowledge(None)


def _file(kind: str, data: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory(prefix="rareplan-fuzz-") as folder:
        told = message_of(Bad(kind, "fuzz", data, ending), Path(folder), knowledge())
        assert all(line.isprintable() for line in told.splitlines())
        assert folder not in told


def vcf(data: bytes) -> None:
    """A whole VCF."""
    _file("vcf", data, ".vcf")


def records(data: bytes) -> None:
    """Record lines after a good header."""
    _file("vcf", HEAD.encode() + data, ".vcf")


def packed(data: bytes) -> None:
    """A bgzip file."""
    _file("vcf", data, ".vcf.gz")


def ped(data: bytes) -> None:
    """A PED."""
    _file("ped", data, ".ped")


def hpo(data: bytes) -> None:
    """An HPO list."""
    _file("hpo", data, ".txt")


def case(data: bytes) -> None:
    """A TOML case file."""
    _file("case", data, ".toml")


def phenopacket(data: bytes) -> None:
    """A phenopacket."""
    _file("case", data, ".json")


def annotations(data: bytes) -> None:
    """CSQ, ANN, BCSQ and SpliceAI of one record."""
    text = data.decode("utf-8", "replace")
    reader = AnnotationReader.from_header(CSQ_HEADER)
    for alts in (["G"], ["G", "AT"]):
        found = reader.read(dict.fromkeys(reader.tags, text), "A", alts, len(alts))
        assert all(0 <= value <= 1 for value in found.frequencies.values())
        assert all(isfinite(value) for value in found.scores.values())


@cache
def _places() -> tuple[TranscriptBundle, np.ndarray]:
    bundle = TranscriptBundle.from_knowledge(knowledge())
    return bundle, np.asarray(knowledge().table("transcripts").column("cds_start"))


def hgvs(data: bytes) -> None:
    """An allele near a coding start; its names follow the grammar."""
    if len(data) < 4:
        return
    bundle, starts = _places()
    row = int.from_bytes(data[:2], "big") % len(starts)
    table = knowledge().table("transcripts").slice(row, 1).to_pylist()[0]
    pos = max(1, int(starts[row]) + int.from_bytes(data[2:3], "big", signed=True))
    letters = ["ACGT"[b & 3] for b in data[3:40]]
    cut = 1 + data[3] % max(1, len(letters) // 2)
    ref, alt = "".join(letters[:cut]), "".join(letters[cut:]) or "A"
    places = np.array([int(table["contig"])], np.int8), np.array([pos], np.int64)
    words = np.array([ref], object), np.array([alt], object)
    found = annotate_sites(*places, *words, bundle)
    assert int(places[0][0]) in {int(c) for c in Contig}
    for consequence in found.consequences(0):
        assert HGVS.match(consequence.hgvs_c), consequence.hgvs_c
        assert PROTEIN.match(consequence.hgvs_p), consequence.hgvs_p


Target = Callable[[bytes], None]
TARGETS: dict[str, tuple[Target, list[bytes]]] = {
    "vcf": (vcf, [GOOD_VCF.encode()]),
    "records": (records, [RECORD.encode(), RECORD.replace("\tA\tG\t", "\tA\t<DEL>,*\t").encode()]),
    "packed": (packed, [bgzf(GOOD_VCF.encode())]),
    "ped": (ped, [GOOD_PED.encode()]),
    "hpo": (hpo, [GOOD_TERMS.encode(), b"NOT Seizure # x\n"]),
    "case": (case, [GOOD_CASE.encode()]),
    "phenopacket": (phenopacket, [PACKET]),
    "annotations": (annotations, [CSQ, ANN, b"missense|CPS1|NM_1|protein_coding|+|1M>1V|1A>G"]),
    "hgvs": (hgvs, [bytes(range(12)), bytes(40)]),
}


def call(name: str, data: bytes) -> None:
    """Run one target; a RareplanError is an answer, anything else a finding."""
    try:
        TARGETS[name][0](data)
    except RareplanError:
        return
