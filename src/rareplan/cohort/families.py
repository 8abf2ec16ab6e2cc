"""Which families a cohort has: from a manifest, or from a call set with its pedigree."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import Fault, InputError
from rareplan.read.ped import read_ped

COLUMNS = ("family", "vcf", "ped", "hpo", "case")
_CASE_ENDINGS = (".toml", ".json")


@dataclass(frozen=True)
class Family:
    """One line of a manifest. ``source`` is a VCF or a MatrixTable."""

    id: str
    source: str
    ped: Path | None = None
    hpo: Path | None = None
    case: Path | None = None


def _path(folder: Path, text: str) -> Path | None:
    if not text:
        return None
    return Path(text) if Path(text).is_absolute() else folder / text


def read_manifest(path: Path) -> tuple[Family, ...]:
    """Families of a TSV with the columns family, vcf (or mt), ped, hpo, case.

    Raises:
        InputError: every fault of the manifest.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    faults, families = [], []
    for number, row in enumerate(rows, start=2):
        source = (row.get("vcf") or row.get("mt") or "").strip()
        id_ = (row.get("family") or "").strip()
        if not source or not _names_a_folder(id_):
            faults.append(
                Fault(
                    f"{path.name} line {number}",
                    "no usable family or vcf",
                    "both columns filled",
                    "A family's name becomes a folder: no slash, no leading dot.",
                )
            )
            continue
        remote = "://" in source
        place = source if remote else str(_path(path.parent, source))
        others = [_path(path.parent, (row.get(c) or "").strip()) for c in ("ped", "hpo", "case")]
        families.append(Family(id_, place, *others))
    twice = [id_ for id_, n in Counter(f.id for f in families).items() if n > 1]
    if twice:
        faults.append(
            Fault(path.name, f"{len(twice)} families twice", "one line a family", "Merge.")
        )
    if not rows:
        faults.append(
            Fault(path.name, "no family", "a TSV with the columns " + " ".join(COLUMNS), "Add.")
        )
    if faults:
        raise InputError(faults)
    return tuple(families)


def _names_a_folder(id_: str) -> bool:
    """Whether a family's name, which is text from a file, stays inside the folder of the run."""
    return bool(id_) and id_.isprintable() and "/" not in id_ and not id_.startswith(".")


def families_of_call_set(source: str, ped: Path, phenotypes: Path) -> tuple[Family, ...]:
    """One family for each family of the PED that has ``FAMILY.txt``, ``.toml`` or ``.json``.

    Raises:
        InputError: the PED is faulty, or no family has a phenotype file.
    """
    people, faults = read_ped(ped)
    unfit = [id_ for id_ in dict.fromkeys(p.family for p in people) if not _names_a_folder(id_)]
    if unfit:
        faults.append(
            Fault(
                ped.name,
                f"{len(unfit)} families whose name cannot be a folder's",
                "names without slash or leading dot",
                "A family's name becomes a folder: rename them.",
            )
        )
    if faults:
        raise InputError(faults)
    families = []
    for id_ in dict.fromkeys(p.family for p in people):
        hpo = phenotypes / f"{id_}.txt"
        case = next((c for e in _CASE_ENDINGS if (c := phenotypes / f"{id_}{e}").is_file()), None)
        if hpo.is_file() or case is not None:
            families.append(Family(id_, source, ped, hpo if hpo.is_file() else None, case))
    if not families:
        raise InputError(
            Fault(
                phenotypes.name,
                "no phenotype file of any family",
                "FAMILY.txt or FAMILY.toml",
                "Name the files after the family column of the PED.",
            )
        )
    return tuple(families)


def proband_of(family: Family) -> str:
    """First affected person of the family with a parent named, else the first affected one."""
    if family.ped is None:
        return ""
    people = [p for p in read_ped(family.ped)[0] if p.family == family.id]
    affected = [p for p in people if p.affected]
    best = next((p for p in affected if p.father or p.mother), None)
    return (best or affected[0]).id if affected else ""
