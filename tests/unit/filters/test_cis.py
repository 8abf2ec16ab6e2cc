"""What shows that two neighbouring alleles lie on one haplotype."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders.family import family_from, genotype_from

from rareplan.config import load_settings
from rareplan.filters.cis import cis_of_neighbours
from rareplan.filters.observe import family_of
from rareplan.model.genome import Assembly, Contig
from rareplan.model.variant import AnnotatedVariant, Frequency, VariantKey

TRIO = "p:F! f:M m:F"
ROLES = ("proband", "father", "mother")


def variant(pos: int, *calls: str, phase_set: str | None = None) -> AnnotatedVariant:
    key = VariantKey(Assembly.GRCH38, Contig.CHR7, pos, "A", "G")
    genotypes = {
        who: genotype_from(call, None, phase_set) for who, call in zip(ROLES, calls, strict=False)
    }
    genotypes = {who: replaced(g, phase_set) for who, g in genotypes.items()}
    return AnnotatedVariant(key, key, pos, 1, genotypes, frequency=Frequency(0.0))


def replaced(call: object, phase_set: str | None) -> object:
    return call._replace(phase_set=phase_set)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("one", "two", "sets", "evidence", "certain"),
    [
        (("0|1",), ("0|1",), (None, None), "phased calls", True),
        (("0|1",), ("0|1",), ("7", "7"), "phase set 7", True),
        (("0|1",), ("1|0",), ("7", "7"), "", None),
        (("0|1",), ("0|1",), ("7", "8"), "phase not told", False),
        (("1/1",), ("0/1",), (None, None), "homozygous", True),
        (("0/1",), ("0/1",), (None, None), "phase not told", False),
        (("0/1", "0/0", "0/1"), ("0/1", "0/0", "0/1"), (None, None), "from the mother", True),
        (("0/1", "0/1", "0/0"), ("0/1", "0/0", "0/1"), (None, None), "", None),
        (("0/1", "0/0", "0/0"), ("0/1", "0/0", "0/0"), (None, None), "likely one event", False),
    ],
)  # fmt: skip
def test_evidence(
    one: tuple[str, ...],
    two: tuple[str, ...],
    sets: tuple[str | None, str | None],
    evidence: str,
    certain: bool | None,
) -> None:
    people = TRIO if len(one) == 3 else "p:F!"
    pedigree = family_from(people, {"p", "f", "m"} if len(one) == 3 else {"p"})
    first = variant(100, *one, phase_set=sets[0])
    second = variant(102, *two, phase_set=sets[1])
    found = cis_of_neighbours(
        first, second, family_of(pedigree), Assembly.GRCH38, load_settings(None)
    )
    if certain is None:
        assert found is None
    else:
        assert found is not None
        assert evidence in found.evidence
        assert found.certain is certain


def test_a_single_chromosome_holds_both() -> None:
    pedigree = family_from("p:M!", {"p"})
    key = VariantKey(Assembly.GRCH38, Contig.X, 50_000_000, "A", "G")
    first = replace(variant(1, "1"), key=key, key38=key)
    second = replace(variant(3, "1"), key=key._replace(pos=50_000_002), key38=key)
    found = cis_of_neighbours(
        first, second, family_of(pedigree), Assembly.GRCH38, load_settings(None)
    )
    assert found is not None
    assert found.evidence == "the only chromosome"
