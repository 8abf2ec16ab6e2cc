"""The mechanism call of the patient's alleles."""

from __future__ import annotations

import pytest

from rareplan.knowledge.therapies import CuratedTherapies
from rareplan.model.case import SuppliedEvidence
from rareplan.model.therapy import Mechanism
from rareplan.therapies.alleles import Allele, null_genotype
from rareplan.therapies.described import describe
from rareplan.therapies.mechanism import assumed_call, call_mechanism

from .conftest import parse_alleles

LOF, GOF, DN = Mechanism.LOF, Mechanism.GOF, Mechanism.DOMINANT_NEGATIVE
HI, UNKNOWN = Mechanism.HAPLOINSUFFICIENT, Mechanism.UNKNOWN


@pytest.mark.parametrize(
    ("gene", "variants", "mode", "possible"),
    [
        ("CPS1", "p.Gln335Ter, p.Glu714Ter", "AR compound heterozygous", {LOF}),
        ("SCN1A", "p.Arg1407Ter", "AD de novo", {HI}),
        ("SCN2A", "p.Gly899Ser", "AD", {LOF, GOF}),
        ("SCN8A", "p.Arg1872Gln", "AD", {LOF, GOF}),
        ("KCNQ2", "p.Arg144Gln", "AD", {GOF}),
        ("GNAS", "p.Arg201His", "AD", {GOF}),
        ("GNAS", "p.Leu99Pro", "AD", {LOF, GOF}),
        ("ABCC8", "p.Val187Asp x2", "AR homozygous", {LOF, GOF}),
        ("CASR", "p.Arg185Gln x2", "AR homozygous", {LOF}),
        ("CXCR4", "p.Ser339Ter esc", "AD", {GOF}),
        ("CXCR4", "p.Arg30Ter", "AD", {HI}),
        ("NOTCH2", "p.Gln2208Ter esc", "AD", {GOF}),
        ("THRA", "p.Glu403Lys", "AD", {DN}),
        ("ZZZ3", "p.Gly10Val", "AD", {UNKNOWN}),
        ("ZZZ3", "p.Gly10Val x2", "AR homozygous", {LOF}),
        ("ZZZ3", "p.Gly10Ter", "AD", {HI}),
    ],
)
def test_possible_mechanisms(
    gene: str, variants: str, mode: str, possible: set[Mechanism], tables: CuratedTherapies
) -> None:
    call = call_mechanism(gene, parse_alleles(variants), mode, tables)
    assert set(call.possible) == possible
    assert call.reason


@pytest.mark.parametrize("gene", ["SCN2A", "SCN8A", "KCNQ2", "CACNA1A", "ABCC8", "KCNJ11", "GNAS"])
def test_both_directions_say_what_would_tell_them_apart(
    gene: str, tables: CuratedTherapies
) -> None:
    call = assumed_call(gene, None, tables)
    assert {Mechanism.GOF} < set(call.possible)
    assert call.would_tell_apart
    assert call.citations


def test_functional_evidence_settles_the_direction(tables: CuratedTherapies) -> None:
    proof = SuppliedEvidence(gene="SCN2A", kind="protein_function", result="gain of function")
    other = SuppliedEvidence(gene="SCN8A", kind="protein_function", result="loss of function")
    alleles = parse_alleles("p.Gly899Ser")
    assert call_mechanism("SCN2A", alleles, "AD", tables, [other, proof]).possible == (GOF,)
    assert len(call_mechanism("SCN2A", alleles, "AD", tables, [other]).possible) == 2


@pytest.mark.parametrize(
    ("variants", "recessive", "expected"),
    [
        ("p.Gln335Ter, p.Glu714Ter", True, True),
        ("p.Gln335Ter x2", True, True),
        ("p.Gln335Ter", True, None),
        ("p.Gln335Ter, p.Ala438Pro", True, False),
        ("p.Gln335Ter, p.Met1?", True, None),
        ("p.Gln335Ter esc x2", True, None),
        ("p.Gln335Ter", False, False),
        ("c.1425+1G>A x2", True, True),
        ("c.1425+5G>A x2", True, False),
        ("c.500C>T x2", True, None),
    ],
)
def test_null_genotype(variants: str, recessive: bool, expected: bool | None) -> None:
    assert null_genotype(parse_alleles(variants), recessive=recessive) is expected


def test_a_hemizygous_null_allele_is_a_null_genotype() -> None:
    allele = Allele("X-1-C-T", ("stop_gained",), hemizygous=True)
    assert null_genotype([allele], recessive=True) is True
    assert null_genotype([], recessive=True) is None


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("NP_1.1:p.(Arg12Ter)", "stop_gained"),
        ("p.R334*", "stop_gained"),
        ("p.R334X", "stop_gained"),
        ("p.G551D", "missense_variant"),
        ("p.F508del", "inframe_deletion"),
        ("p.K100fs", "frameshift_variant"),
        ("p.Lys100AsnfsTer4", "frameshift_variant"),
        ("p.(Met1?)", "start_lost"),
        ("p.Phe508del", "inframe_deletion"),
        ("p.(Gly12=)", "synonymous_variant"),
        ("NM_1.1:c.100-2A>G", "splice_acceptor_variant"),
        ("c.100+1G>T", "splice_donor_variant"),
        ("c.100+12G>T", "intron_variant"),
    ],
)
def test_described(name: str, term: str) -> None:
    allele = describe(name)
    assert allele is not None
    assert allele.terms == (term,)


def test_words_that_are_no_name_are_refused() -> None:
    assert describe("R163W") is None


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("p.(Arg672His)", "p.Arg672", True),
        ("p.R672H", "p.Arg672His", True),
        ("p.F508del", "p.Phe508del", True),
        ("p.(Arg6721His)", "p.Arg672", False),
        ("p.(Arg672His)", "p.Arg672Gly", False),
        ("c.1425+1G>A", "c.1425+", True),
        ("c.14251+1G>A", "c.1425+", False),
        ("m.1555A>G", "m.1555A>G", True),
        ("m.1555A>G", "m.1494C>T", False),
    ],
)
def test_patterns(name: str, pattern: str, expected: bool) -> None:
    allele = describe(name)
    assert allele is not None
    assert allele.matches(pattern) is expected
