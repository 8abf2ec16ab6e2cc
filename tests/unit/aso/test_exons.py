"""Geometry of skipping on a small transcript that is easy to count by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rareplan.config import Antisense
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.assess import assess
from rareplan.therapies.aso.derive import description_fault, effect_of, escapes_decay, kind_of
from rareplan.therapies.aso.exons import TranscriptModel, model_from_row
from rareplan.therapies.aso.facts import AsoFacts, Kind, SkipFacts
from rareplan.therapies.aso.hgvs import parse_coding

# Coding lengths: exon 1 has 10 bases of UTR and 31 coding; then 30, 60, 31, 32; exon 6 has 16
# coding bases and 100 of UTR. 200 coding bases in all would not be a multiple of 3, so exon 6
# has 17: 31 + 30 + 60 + 31 + 32 + 17 = 201.
_LENGTHS = [41, 30, 60, 31, 32, 117]
_STARTS = [1001, 2001, 3001, 4001, 5001, 6001]


def row(strand: int) -> dict[str, object]:
    lengths = _LENGTHS if strand > 0 else _LENGTHS[::-1]
    ends = [s + n - 1 for s, n in zip(_STARTS, lengths, strict=True)]
    low, high = (1011, 6017) if strand > 0 else (1101, 6031)
    return {
        "transcript": "ENST0.1",
        "refseq": "NM_0.1",
        "gene": "G",
        "contig": 1,
        "strand": strand,
        "cds_start": low,
        "cds_end": high,
        "exon_starts": _STARTS,
        "exon_ends": ends,
    }


def cds() -> str:
    """Exon 2 starts inside a codon (phase 1): base 31 is its first base."""
    return "ATG" + "GCT" * 65 + "GCTTAA"[:3]


@pytest.mark.parametrize("strand", [1, -1])
def test_coding_coordinates_are_the_same_on_both_strands(strand: int) -> None:
    model = model_from_row(row(strand))
    assert [e.coding_length for e in model.exons] == [31, 30, 60, 31, 32, 17]
    assert [e.cds_start for e in model.exons] == [1, 32, 62, 122, 153, 185]
    assert model.cds_length == 201
    assert model.exons[1].phase == 1


def model(sequence: str = "") -> TranscriptModel:
    return model_from_row(row(1), sequence)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("c.40A>G", Kind.SMALL),
        ("c.(31+1_32-1)_(61+1_62-1)del", Kind.EXON_LOSS),
        ("c.32-50_61+80del", Kind.EXON_LOSS),
        ("c.(31+1_32-1)_(61+1_62-1)dup", Kind.EXON_GAIN),
        ("c.33_61+80del", Kind.SMALL),
        ("c.(?_-10)_(*90_?)del", Kind.GENE_LOSS),
        ("c.(?_-10)_(*90_?)dup", Kind.GENE_GAIN),
        ("c.32-50_61+80inv", Kind.TRANSLOCATION),
    ],
)
def test_kind(text: str, kind: Kind) -> None:
    assert kind_of(text, parse_coding(text), model()) is kind


@pytest.mark.parametrize(
    ("base", "distance"),
    [(1, 31), (31, 1), (32, 1), (36, 5), (61, 1), (47, 15), (185, 1), (201, 17)],
)
def test_distance_to_the_splice_site(base: int, distance: int) -> None:
    assert model().border_distance(base) == distance


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("c.40A>G", False),
        ("c.31+5G>A", False),
        ("c.32-5G>A", False),
        ("c.30+5G>A", True),
        ("c.33-5G>A", True),
        ("c.202A>G", True),
        ("c.*5A>G", False),
    ],
)
def test_descriptions_are_checked_against_the_exons(text: str, fault: bool) -> None:
    assert bool(description_fault(parse_coding(text), model())) is fault
    assert description_fault(parse_coding(text), None) == ""


def test_reference_base_is_checked_where_there_is_sequence() -> None:
    assert "is A" in description_fault(parse_coding("c.1C>T"), model(cds()))
    assert description_fault(parse_coding("c.1A>T"), model(cds())) == ""


def test_effect_from_sequence() -> None:
    with_sequence = model(cds())
    assert effect_of(parse_coding("c.6T>A"), with_sequence) == "synonymous"
    assert effect_of(parse_coding("c.4G>T"), with_sequence) == "missense"
    assert effect_of(parse_coding("c.40del"), with_sequence) == "frameshift"


@pytest.mark.parametrize(
    ("text", "escapes"),
    [("c.100del", False), ("c.134del", False), ("c.136del", True), ("c.190del", True)],
)
def test_nmd_escape_last_exon_and_last_50(text: str, escapes: bool, antisense: Antisense) -> None:
    # Exon 5 (153-184) is the one before the last; its last 50 bases begin at 135.
    assert escapes_decay(parse_coding(text), model(), "frameshift", antisense) is escapes


def facts(text: str, known: SkipFacts, sequence: str = "", **changes: object) -> AsoFacts:
    hgvs = parse_coding(text)
    found = model(sequence)
    base = AsoFacts(
        variant="v",
        gene="G",
        hgvs=hgvs,
        hgvs_text=text,
        kind=kind_of(text, hgvs, found),
        transcript=found,
        mechanism=Mechanism.LOF,
        inheritance="AR",
        effect="stop_gained",
        exon_facts=dict.fromkeys(range(1, 7), known),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def skipping(given: AsoFacts, antisense: Antisense) -> tuple[str, str, tuple[str, ...]]:
    verdict = assess(given, antisense)[1]
    return verdict.verdict, verdict.reason, verdict.flags


QUIET = SkipFacts(
    domains=(),
    missense=0,
    nulls=3,
    pathogenic_inframe_deletions=0,
    splice_site_variants=0,
    benign_loss=None,
)
# Skipping exon 2 joins base 31 with bases 62 and 63.
STOP = cds()[:30] + "T" + cds()[31:61] + "AA" + cds()[63:]
SAME = cds()[:30] + "G" + "CT" + cds()[33:61] + "CT" + cds()[63:]
OTHER = cds()[:30] + "G" + "CT" + cds()[33:61] + "AT" + cds()[63:]


def one_tenth(settings: Antisense) -> Antisense:
    """Exon 2 is 30 of 201 bases; raise the cut so that size alone does not decide."""
    return settings.model_copy(update={"cds_share": 0.2})


def test_a_stop_at_the_junction_closes_it(antisense: Antisense) -> None:
    verdict, reason, _ = skipping(facts("c.40G>T", QUIET, STOP), one_tenth(antisense))
    assert (verdict, "TAA" in reason) == ("not eligible", True)


def test_in_frame_quiet_exon_is_likely(antisense: Antisense) -> None:
    assert skipping(facts("c.40G>T", QUIET, SAME), one_tenth(antisense))[0] == "likely eligible"


def test_a_changed_residue_is_a_hurdle(antisense: Antisense) -> None:
    verdict, reason, _ = skipping(facts("c.40G>T", QUIET, OTHER), one_tenth(antisense))
    assert (verdict, "residue" in reason) == ("unlikely eligible", True)


def test_without_sequence_the_junction_is_open(antisense: Antisense) -> None:
    verdict, reason, _ = skipping(facts("c.40G>T", QUIET), one_tenth(antisense))
    assert (verdict, "junction" in reason) == ("unable to assess", True)


def test_a_tenth_of_the_coding_sequence_is_a_hurdle(antisense: Antisense) -> None:
    verdict, reason, _ = skipping(facts("c.40G>T", QUIET, SAME), antisense)
    assert (verdict, "14.9%" in reason) == ("unlikely eligible", True)


def test_large_with_two_domains_is_closed(antisense: Antisense) -> None:
    two = replace(QUIET, domains=("Kinase", "SH2"))
    assert skipping(facts("c.40G>T", two, SAME), antisense)[0] == "not eligible"
    repeats = replace(two, repeat_domains=("SH2",))
    assert skipping(facts("c.40G>T", repeats, SAME), antisense)[0] == "unlikely eligible"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (replace(QUIET, pathogenic_loss=True), "not eligible"),
        (replace(QUIET, pathogenic_inframe_deletions=1), "not eligible"),
        (replace(QUIET, benign_loss=True), "eligible"),
        (replace(QUIET, isoform_without=True), "eligible"),
        (replace(QUIET, benign_loss=True, pathogenic_loss=True), "not eligible"),
        (replace(QUIET, domains=("Kinase",)), "unlikely eligible"),
        (replace(QUIET, missense=6, nulls=3), "unlikely eligible"),
        (replace(QUIET, missense=5, nulls=3), "likely eligible"),
        (replace(QUIET, splice_site_variants=2), "unlikely eligible"),
        (replace(QUIET, domains=None), "unable to assess"),
    ],
)
def test_evidence_on_the_exon(known: SkipFacts, expected: str, antisense: Antisense) -> None:
    assert skipping(facts("c.40G>T", known, SAME), one_tenth(antisense))[0] == expected


def test_order_benign_loss_comes_before_hurdles(antisense: Antisense) -> None:
    known = replace(QUIET, benign_loss=True, domains=("Kinase",))
    assert skipping(facts("c.40G>T", known, SAME), antisense)[0] == "eligible"


def test_pair_mends_the_frame(antisense: Antisense) -> None:
    # Exons 4 (31) and 5 (32) are out of frame alone and 63 bases together.
    loose = antisense.model_copy(update={"cds_share": 0.5})
    verdict, reason, flags = skipping(facts("c.130G>T", QUIET, cds()), loose)
    assert verdict == "likely eligible"
    assert "exons 4 and 5" in reason
    assert any("two exons" in f for f in flags)


def test_pair_with_a_hurdle_falls_back_to_out_of_frame(antisense: Antisense) -> None:
    verdict, reason, _ = skipping(facts("c.130G>T", QUIET, cds()), antisense)
    assert verdict == "not eligible"
    assert "out of frame" in reason


def test_long_exon_warns(antisense: Antisense) -> None:
    strict = antisense.model_copy(update={"exon_length_warning": 20, "cds_share": 0.2})
    _, _, flags = skipping(facts("c.40G>T", QUIET, SAME), strict)
    assert any("long" in f for f in flags)


def test_canonical_site_of_an_in_frame_exon_is_its_loss(antisense: Antisense) -> None:
    given = facts("c.61+1G>A", QUIET, SAME, effect="splice")
    assert skipping(given, one_tenth(antisense))[0] == "not eligible"
    cryptic = replace(given, splicing_effect="cryptic donor, partial exon loss")
    assert skipping(cryptic, one_tenth(antisense))[0] == "likely eligible"


@pytest.mark.parametrize(
    ("strand", "genomic", "base", "offset"),
    [
        (1, 1011, 1, 0),
        (1, 1041, 31, 0),
        (1, 1046, 31, 5),
        (1, 1999, 32, -2),
        (1, 2001, 32, 0),
        (1, 6017, 201, 0),
        (-1, 6031, 1, 0),
        (-1, 6001, 31, 0),
        (-1, 5999, 31, 2),
        (-1, 5031, 32, -1),
    ],
)
def test_genomic_to_coding(strand: int, genomic: int, base: int, offset: int) -> None:
    found = model_from_row(row(strand)).coding_position(genomic)
    assert found is not None
    assert (found.base, found.offset) == (base, offset)


def test_utr_and_outside_have_no_coding_position() -> None:
    assert model().coding_position(1005) is None
    assert model().coding_position(500) is None
