"""Gene, variant class, zygosity, exon and allele names in a criterion."""

from __future__ import annotations

import re
from collections.abc import Callable

from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.piece import Piece, Span, inside

_CLASSES = {
    "nonsense": r"nonsense|stop[- ]?gain(?:ed)?|premature (?:stop|termination)(?: codons?)?",
    "frameshift": r"frame[- ]?shifts?(?:ing)?",
    "missense": r"missense",
    "splice": r"splic(?:e|ing)(?:[- ]site)?",
    "deletion": r"deletions?|deleted",
    "duplication": r"duplications?",
    "insertion": r"insertions?",
    "truncating": r"truncat(?:ing|ion)s?",
    "any": r"(?<=or )(?:sequence )?(?:mutations?|variants?)\b|"
    r"(?:sequence )?(?:mutations?|variants?)(?= or )",
}
_TRUNCATING = {"nonsense", "frameshift"}
_MECHANISMS = {
    "lof": r"loss[- ]of[- ]function|\blof\b|haploinsufficien(?:cy|t)|null",
    "gof": r"gain[- ]of[- ]function|\bgof\b",
    "dn": r"dominant[- ]negative",
}
_ZYGOSITY = {
    "biallelic": r"bi-?allelic|(?:in |of )?both (?:alleles|copies)|"
    r"two (?:pathogenic |disease[- ]causing )?(?:mutations|variants|alleles)",
    "homozygous": r"homozygous|homozygo(?:us|tes?)",
    "compound heterozygous": r"compound[- ]heterozyg(?:ous|otes?)",
    "heterozygous": r"(?<!compound )(?<!compound-)heterozyg(?:ous|otes?)|monoallelic",
    "hemizygous": r"hemizygous",
}
_UNCERTAIN = re.compile(
    r"variants? of (?:uncertain|unknown) (?:clinical )?significance|\bVUS\b", re.IGNORECASE
)
_PATHOGENIC = re.compile(
    r"(?:(?:likely[- ])?pathogenic|disease[- ]causing|deleterious|causative)"
    r"(?:\s*(?:or|/|,|and)\s*(?:likely )?pathogenic)?",
    re.IGNORECASE,
)
_PROTEIN_NAME = re.compile(r"\bp\.\(?[A-Z][a-z]{2}\d+(?:[A-Z][a-z]{2}|\*|=|fs\w*)\)?")
_SHORT_NAME = re.compile(
    r"(?<![\w.])[ACDEFGHIKLMNPQRSTVWY]\d{1,4}[ACDEFGHIKLMNPQRSTVWYX*](?![\w.])"
)
_CODING_NAME = re.compile(r"\bc\.[-*]?\d+[\d_+\-*]*(?:[ACGT]>[ACGT]|del\w*|dup\w*|ins\w*)")
_SKIP = re.compile(
    r"(?:amenable to|treatable by|eligible for|suitable for)\s+(?:skipping(?: of)? exon\s*(\d+)|"
    r"exon\s*(\d+)[- ]skipping)",
    re.IGNORECASE,
)
_EXON = re.compile(
    r"\b(?:in |of |within |affecting )?exons?\s*(\d+)(?:\s*(?:,|or|and)\s*(\d+))*", re.IGNORECASE
)
_SYMBOL = re.compile(r"(?<![\w.-])[A-Z][A-Z0-9]{1,7}(?:-[A-Z0-9]{1,3})?(?![\w.])")
_GENE_CONTEXT = re.compile(r"\b(?:gene|mutat\w+|variants?|genotyp\w+|alleles?)\b", re.IGNORECASE)
_NO_SYMBOL = frozenset(
    "AND OR NOT DNA RNA MRI CT EEG ECG HIV HBV HCV IV ID II III VI AST ALT CAP LP PI IMPACT".split()  # noqa: SIM905
)


def genotype_pieces(text: str, patient: TrialPatient, taken: list[Span]) -> list[Piece]:
    """Gene and what is asked of its variants; empty when the sentence names no gene or class."""
    found: list[Piece] = []
    own = [m for m in patient.gene_pattern.finditer(text) if not inside(m.span(), taken)]
    others = _other_symbols(text, patient, taken)
    context = bool(_GENE_CONTEXT.search(text))
    if own:
        spans = tuple(m.span() for m in own)
        spans += tuple(others) if others and context else ()
        found.append(Piece("genotype", "gene", patient.pathogenic or None, spans))
    elif others and context:
        found.append(Piece("genotype", "gene", truth=False, spans=tuple(others)))
    if not own:
        return found
    found += _variant_pieces(text, patient)
    return found


def _variant_pieces(text: str, patient: TrialPatient) -> list[Piece]:
    pieces = [
        _group(text, _CLASSES, lambda c: _class_truth(c, patient)),
        _group(text, _MECHANISMS, lambda m: m == patient.mechanism if patient.mechanism else None),
        _group(text, _ZYGOSITY, lambda z: _in_set(z, patient.zygosity)),
        _named(text, patient),
        _skipping(text, patient),
    ]
    if not _SKIP.search(text):
        pieces.append(_exon(text, patient))
    novo = re.search(r"\bde[- ]novo\b", text, re.IGNORECASE)
    if novo:
        pieces.append(Piece("genotype", "de novo", patient.de_novo, (novo.span(),)))
    uncertain = _UNCERTAIN.search(text)
    if uncertain:
        truth = None if patient.pathogenic is None else not patient.pathogenic
        pieces.append(Piece("genotype", "uncertain", truth, (uncertain.span(),)))
    for match in _PATHOGENIC.finditer(text):
        if not uncertain:
            truth = patient.pathogenic or None
            pieces.append(Piece("genotype", "pathogenic", truth, (match.span(),)))
    return [p for p in pieces if p is not None]


def _group(text: str, words: dict[str, str], truth: Callable[[str], bool | None]) -> Piece | None:
    """Alternatives of one kind: one true makes the group true, all false makes it false."""
    spans, truths = [], []
    for key, pattern in words.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            spans.append(match.span())
            truths.append(truth(key))
    if not spans:
        return None
    value = True if True in truths else (None if None in truths else False)
    return Piece("genotype", "class", value, tuple(spans))


def _in_set(word: str, known: frozenset[str] | None) -> bool | None:
    return None if known is None else word in known


def _class_truth(name: str, patient: TrialPatient) -> bool | None:
    if name == "any":
        return True
    if patient.classes is None:
        return None
    if name == "truncating":
        return bool(patient.classes & _TRUNCATING)
    return name in patient.classes


def _named(text: str, patient: TrialPatient) -> Piece | None:
    """Single alleles by name. Examples ("e.g.") ask for nothing."""
    matches = [m for p in (_PROTEIN_NAME, _CODING_NAME, _SHORT_NAME) for m in p.finditer(text)]
    if not matches:
        return None
    spans = tuple(m.span() for m in matches)
    if re.search(r"e\.g\.|such as|for example|including", text, re.IGNORECASE):
        return Piece("genotype", "example", None, spans)
    if not patient.names:
        return Piece("genotype", "allele", None, spans)
    own = {_bare(n) for n in patient.names} | {_one_letter(n) for n in patient.names}
    hit = any(_bare(m.group()) in own for m in matches)
    return Piece("genotype", "allele", hit, spans)


_THREE = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G",
    "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S",
    "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "X",
}  # fmt: skip


def _bare(name: str) -> str:
    text = name.rsplit(":", 1)[-1].replace("(", "").replace(")", "")
    return re.sub(r"\*$", "X" if not text.startswith("p.") else "Ter", text)


def _one_letter(name: str) -> str:
    match = re.search(r"p\.\(?([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2}|\*)", name)
    if match is None:
        return ""
    last = "X" if match.group(3) == "*" else _THREE.get(match.group(3), "?")
    return f"{_THREE.get(match.group(1), '?')}{match.group(2)}{last}"


def _skipping(text: str, patient: TrialPatient) -> Piece | None:
    match = _SKIP.search(text)
    if match is None:
        return None
    exon = int(match.group(1) or match.group(2))
    truth = None if patient.skip_exons is None else exon in patient.skip_exons
    return Piece("genotype", "skip", truth, (match.span(),))


def _exon(text: str, patient: TrialPatient) -> Piece | None:
    match = _EXON.search(text)
    if match is None:
        return None
    wanted = {int(n) for n in re.findall(r"\d+", match.group())}
    truth = None if patient.exons is None else bool(wanted & patient.exons)
    return Piece("genotype", "exon", truth, (match.span(),))


def _other_symbols(text: str, patient: TrialPatient, taken: list[Span]) -> list[Span]:
    """Symbols of other genes."""
    return [
        m.span()
        for m in _SYMBOL.finditer(text)
        if m.group() in patient.known_symbols
        and m.group() not in _NO_SYMBOL
        and m.group() not in {patient.gene, *patient.aliases}
        and not inside(m.span(), taken)
        and not _bracketed(text, m.span())
    ]


def _bracketed(text: str, span: Span) -> bool:
    """An abbreviation in brackets after a name, as in ``Phelan-McDermid syndrome (PMS)``."""
    return text[span[0] - 1 : span[0]] == "(" and text[span[1] : span[1] + 1] == ")"
