"""What the cohort says of a family's candidates: how often others have them, and who else.

A family's own copies are never counted: its carriers would make a variant common all by
themselves. Counts come from the whole call set, related samples and all, and are told as such;
they do not change any probability.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rareplan.config import Cohort
from rareplan.engines.hail.callset_tags import OtherCounts, other_counts


@dataclass(frozen=True)
class CallsetFact:
    """One variant of one candidate; counts are of samples outside the family, "" unknown."""

    family: str
    gene: str
    variant: str
    probability: float
    others_copies: str
    others_called: str
    others_frequency: str
    others_carriers: str
    families_with_variant: int
    """Families, this one included, in which the variant belongs to a likely candidate."""
    families_with_gene: int


@dataclass(frozen=True)
class Recurrent:
    """A gene or a variant that is likely in several families."""

    kind: str
    name: str
    families: int
    which: str
    others_copies: str
    others_called: str


def callset_facts(runs: Mapping[str, Path], limits: Cohort) -> list[CallsetFact]:
    """Facts of every candidate variant of every run, in the order of the runs."""
    bare = [fact for id_, run in runs.items() for fact in _of_run(id_, run)]
    genes: dict[str, set[str]] = {}
    variants: dict[str, set[str]] = {}
    for fact in bare:
        if fact.probability >= limits.likely:
            genes.setdefault(fact.gene, set()).add(fact.family)
            variants.setdefault(fact.variant, set()).add(fact.family)
    return [
        replace(
            fact,
            families_with_variant=len(variants.get(fact.variant, set()) | {fact.family}),
            families_with_gene=len(genes.get(fact.gene, set()) | {fact.family}),
        )
        for fact in bare
    ]


def _of_run(id_: str, run: Path) -> Iterator[CallsetFact]:
    data = json.loads((run / "case.json").read_text("utf-8"))
    counts = _counts(run / "annotated.vcf.gz") if data["engine"] == "hail" else {}
    for candidate in data["candidates"]:
        for variant in candidate["variants"]:
            found = counts.get(variant["variant"])
            frequency = f"{found.copies / found.called:.6g}" if found and found.called else ""
            yield CallsetFact(
                family=id_,
                gene=candidate["gene"],
                variant=variant["variant"],
                probability=float(candidate["probability"]),
                others_copies=str(found.copies) if found else "",
                others_called=str(found.called) if found else "",
                others_frequency=frequency,
                others_carriers=str(found.carriers) if found else "",
                families_with_variant=1,
                families_with_gene=1,
            )


def _counts(path: Path) -> dict[str, OtherCounts]:
    """Counts by variant from the family's annotated VCF; empty when it carries none."""
    if not path.is_file():
        return {}
    found: dict[str, OtherCounts] = {}
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as handle:
        for line in handle:
            if not line.startswith("#"):
                found |= other_counts(line)
    return found


def recurrent(facts: Sequence[CallsetFact], limits: Cohort) -> Iterator[Recurrent]:
    """Genes and variants with a likely candidate in more than one family."""
    likely = [fact for fact in facts if fact.probability >= limits.likely]
    for kind in ("gene", "variant"):
        groups: dict[str, list[CallsetFact]] = {}
        for fact in likely:
            name = fact.gene if kind == "gene" else f"{fact.gene} {fact.variant}"
            groups.setdefault(name, []).append(fact)
        for name, group in sorted(groups.items()):
            families = sorted({fact.family for fact in group})
            if len(families) > 1:
                one = group[0] if kind == "variant" else None
                yield Recurrent(
                    kind,
                    name,
                    len(families),
                    ";".join(families),
                    one.others_copies if one else "",
                    one.others_called if one else "",
                )
