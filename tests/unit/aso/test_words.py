from __future__ import annotations

import pytest

from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso import words
from rareplan.therapies.aso.facts import Kind, Rna, Strategy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Rna.NONE),
        ("none", Rna.NONE),
        ("no", Rna.NONE),
        ("not done", Rna.NONE),
        ("yes", Rna.PATIENT),
        ("RNA-seq of patient fibroblasts", Rna.PATIENT),
        ("RT-PCR", Rna.PATIENT),
        ("minigene", Rna.MINIGENE),
        ("midigene assay in HEK cells, RT-PCR", Rna.MINIGENE),
        ("minigene and patient cDNA from blood", Rna.PATIENT),
        ("SpliceAI 0.99", Rna.PREDICTION),
        ("in silico prediction", Rna.PREDICTION),
        ("published, other patient with this variant", Rna.OTHER_PATIENT),
    ],
)
def test_rna(text: str, kind: Rna) -> None:
    assert words.rna(text) is kind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LoF", (Mechanism.LOF, False, None)),
        ("loss of function", (Mechanism.LOF, False, None)),
        ("haploinsufficiency", (Mechanism.HAPLOINSUFFICIENT, False, None)),
        ("GoF", (Mechanism.GOF, False, None)),
        ("toxic gain of function", (Mechanism.GOF, False, None)),
        ("DN", (Mechanism.DOMINANT_NEGATIVE, False, None)),
        ("dominant_negative", (Mechanism.DOMINANT_NEGATIVE, False, None)),
        ("CNV_gain", (Mechanism.UNKNOWN, True, Kind.GENE_GAIN)),
        ("CNV_loss", (Mechanism.LOF, False, Kind.GENE_LOSS)),
        ("CNV_loss_multi", (Mechanism.UNKNOWN, False, Kind.MULTI_GENE)),
        ("LoF or GoF", (Mechanism.UNKNOWN, False, None)),
        ("other", (Mechanism.UNKNOWN, False, None)),
    ],
)
def test_mechanism(text: str, found: tuple[Mechanism, bool, Kind | None]) -> None:
    assert words.mechanism(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AD", "AD"),
        ("autosomal recessive", "AR"),
        ("XLR", "XLR"),
        ("X-linked dominant", "XLD"),
        ("XL", "XL"),
        ("mt", "MT"),
        ("imprinted", "IMPRINTED"),
        ("", ""),
    ],
)
def test_inheritance(text: str, found: str) -> None:
    assert words.inheritance(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3", (True, None, None)),
        ("ClinGen 3", (True, None, None)),
        ("yes", (True, None, None)),
        ("haploinsufficient", (True, None, None)),
        ("no", (False, None, None)),
        ("not haploinsufficient", (False, None, None)),
        ("0", (False, None, None)),
        ("1", (False, None, None)),
        ("2", (None, None, None)),
        ("30", (False, True, None)),
        ("40", (False, None, None)),
        ("tightly regulated", (True, None, True)),
        ("pLI 0.99 LOEUF 0.2", (True, None, None)),
        ("pLI 0.1 LOEUF 1.1", (False, None, None)),
        ("unknown", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_haploinsufficiency(text: str, found: tuple[bool | None, ...]) -> None:
    assert words.haploinsufficiency(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("yes", True),
        ("some", True),
        ("15%", True),
        ("0%", False),
        ("0", False),
        ("none", False),
        ("undetectable", False),
        ("unknown", None),
        ("", None),
    ],
)
def test_wild_type_transcript(text: str, found: bool | None) -> None:
    assert words.yes_no(text) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pathogenic", "P"),
        ("Likely pathogenic", "LP"),
        ("Pathogenic/Likely pathogenic", "P"),
        ("VUS", "VUS"),
        ("Uncertain significance", "VUS"),
        ("Likely_benign", "LB"),
        ("Benign", "B"),
        ("", ""),
    ],
)
def test_classification(text: str, found: str) -> None:
    assert words.classification(text) == found


def test_known_antisense_names_strategy_and_failures() -> None:
    twice = words.known_antisense("G", "c.1A>G", "exon skipping failed twice", Strategy.SPLICE)
    assert [(p.strategy, p.status) for p in twice] == [(Strategy.SKIP, "failed")] * 2
    clinic = words.known_antisense("G", "c.1A>G", "phase 2 trial", Strategy.KNOCKDOWN)
    assert [(p.strategy, p.status) for p in clinic] == [(Strategy.KNOCKDOWN, "clinical")]
    assert words.known_antisense("G", "c.1A>G", "none", Strategy.SPLICE) == ()
    assert words.known_antisense("G", "c.1A>G", "", Strategy.SPLICE) == ()
