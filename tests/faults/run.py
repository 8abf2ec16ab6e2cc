"""Gives one malformed input of the corpus to the reading code that ``analyze`` uses."""

from __future__ import annotations

from pathlib import Path

from rareplan.config import load_settings
from rareplan.errors import RareplanError
from rareplan.knowledge.store import KnowledgeBase
from rareplan.read.batches import iter_batches
from rareplan.read.case import CasePaths, read_case
from rareplan.therapies.pgx import read_pharmcat
from tests.faults.corpus import GOOD_CASE, GOOD_PED, GOOD_TERMS, GOOD_VCF, Bad

GOOD = {"vcf": GOOD_VCF, "ped": GOOD_PED, "hpo": GOOD_TERMS, "case": GOOD_CASE, "config": ""}
ENDING = {"vcf": ".vcf", "ped": ".ped", "hpo": ".txt", "case": ".toml", "config": ".cfg.toml"}


def family(folder: Path, bad: Bad | None = None) -> dict[str, Path]:
    """The files of a good family, one of them replaced."""
    paths = {}
    for kind, text in GOOD.items():
        paths[kind] = folder / f"family{ENDING[kind]}"
        paths[kind].write_text(text, "utf-8")
    if bad is not None:
        paths[bad.kind] = folder / f"bad{bad.ending}"
        if bad.content is not None:
            paths[bad.kind].write_bytes(bad.content)
    return paths


def read_all(paths: dict[str, Path], kb: KnowledgeBase) -> int:
    """Alleles of a family, after every reader of ``analyze`` has run."""
    settings = load_settings(paths["config"])
    case = read_case(CasePaths((paths["vcf"],), paths["hpo"], paths["ped"], paths["case"]), kb)
    if "pharmcat" in paths:
        read_pharmcat(paths["pharmcat"])
    return sum(len(batch) for batch in iter_batches(case, settings.rarity.tags))


def message_of(bad: Bad, folder: Path, kb: KnowledgeBase) -> str:
    """The error's text, one fault a line; "" when nothing was found wrong."""
    try:
        read_all(family(folder, bad), kb)
    except RareplanError as error:
        return str(error)
    return ""
