"""The parts of a criterion that rules can read: gene, variant class, exon, disease, age, sex."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rareplan.therapies.trials.patient import TrialPatient

Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """One understood part. ``truth``: of the patient; None when it cannot be told.

    ``name`` is the requirement it belongs to: genotype, diagnosis, age or sex.
    """

    name: str
    kind: str
    truth: bool | None
    spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Where it begins in the sentence."""
        return min(s for s, _ in self.spans)


def find_pieces(text: str, patient: TrialPatient) -> tuple[Piece, ...]:
    """All parts of a sentence that the rules understand, none overlapping another's meaning."""
    found = [
        *_diagnosis(text, patient),
        *_age(text, patient),
        *_sex(text, patient),
    ]
    taken = [span for piece in found if piece.kind == "disease" for span in piece.spans]
    genotype = _genotype(text, patient, taken)
    return (*genotype, *found)


# --- genotype -------------------------------------------------------------------------------

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
    "biallelic": r"bi-?allelic|two (?:pathogenic |disease[- ]causing )?(?:mutations|variants|alleles)|"
    r"(?:in |of )?both (?:alleles|copies)",
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
    """AND OR NOT DNA RNA MRI CT EEG ECG EKG IQ HIV HBV HCV ICF IRB FDA EMA US USA EU UK CNS AAV LVEF
    CLIA NYHA ECOG KPS ALT AST ULN GFR BMI FEV1 VUS LOF GOF DN IV SC IM ASD ADHD ID II III VI ACMG
    PCR NGS WES WGS CAP SAE LP CSF QT NCT PI DSM ICD ADI ADOS GMFCS""".split()  # noqa: SIM905
)


def _genotype(text: str, patient: TrialPatient, taken: list[Span]) -> list[Piece]:
    """Gene and what is asked of its variants; empty when the sentence names no gene or class."""
    found: list[Piece] = []
    own = [m for m in patient.gene_pattern.finditer(text) if not _inside(m.span(), taken)]
    others = _other_symbols(text, patient, taken)
    context = bool(_GENE_CONTEXT.search(text))
    if own:
        spans = tuple(m.span() for m in own)
        spans += tuple(others) if others and context else ()
        found.append(Piece("genotype", "gene", patient.pathogenic or None, spans))
    elif others and context:
        found.append(Piece("genotype", "gene", False, tuple(others)))
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
    """Words that look like symbols of other genes."""
    return [
        m.span()
        for m in _SYMBOL.finditer(text)
        if m.group() not in _NO_SYMBOL
        and m.group() not in {patient.gene, *patient.aliases}
        and not re.fullmatch(r"[A-Z]\d{1,4}[A-Z]", m.group())
        and (re.search(r"\d", m.group()) or len(m.group()) > 3)
        and not _inside(m.span(), taken)
        and not _bracketed(text, m.span())
    ]


def _bracketed(text: str, span: Span) -> bool:
    """An abbreviation in brackets after a name, as in ``Phelan-McDermid syndrome (PMS)``."""
    return text[span[0] - 1 : span[0]] == "(" and text[span[1] : span[1] + 1] == ")"


def _inside(span: Span, taken: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in taken)


# --- diagnosis ------------------------------------------------------------------------------


def _diagnosis(text: str, patient: TrialPatient) -> list[Piece]:
    spans = tuple(m.span() for m in patient.disease_pattern.finditer(text))
    return [Piece("diagnosis", "disease", True, spans)] if spans else []


# --- age ------------------------------------------------------------------------------------

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"(years?|yrs?|y\b|months?|mos?\b|weeks?|wks?|days?)"
_OLD = r"(?:\s*[- ]?(?:of age|old|of life))?"
_NOT_AGE = re.compile(
    r"\b(onset|diagnos\w+ (?:at|before)|at diagnosis|gestation\w*|mental age|developmental age|"
    r"bone age|age equivalent|corrected age|reading age|symptoms? (?:began|before)|survival|"
    r"duration|walk\w*|prior to screening|in the (?:last|past)|within)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?:between\s+)?(?:the ages of\s+)?{_NUMBER}\s*{_UNIT}?{_OLD}\s*(?:to|-|–|and|through)\s*"
    rf"(?:<|≤|less than|under)?\s*{_NUMBER}\s*{_UNIT}{_OLD}",
    re.IGNORECASE,
)
_RANGE_OF_AGE = re.compile(
    rf"\bag(?:e|ed|es)\b[\s:]*(?:is |of |range |from |between )*{_NUMBER}\s*(?:to|-|–|and|through)\s*"
    rf"{_NUMBER}(?!\s*\w*%)",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"(?:≥|>=|at least|minimum(?: of)?|older than or equal to|greater than or equal to|"
    rf"not younger than)\s*{_NUMBER}\s*{_UNIT}{_OLD}"
    rf"|{_NUMBER}\s*{_UNIT}{_OLD}\s*(?:or|and)\s*(?:older|above|over|greater)",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"(?:>|over|above|older than|greater than|more than)\s*{_NUMBER}\s*{_UNIT}{_OLD}",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    rf"(?:≤|<=|at most|up to|no older than|not older than|maximum(?: of)?|less than or equal to)"
    rf"\s*{_NUMBER}\s*{_UNIT}{_OLD}"
    rf"|{_NUMBER}\s*{_UNIT}{_OLD}\s*(?:or|and)\s*(?:younger|under|below|less)",
    re.IGNORECASE,
)
_LESS = re.compile(
    rf"(?:<|under|below|younger than|less than)\s*{_NUMBER}\s*{_UNIT}{_OLD}", re.IGNORECASE
)
_ANCHORED_LEAST = re.compile(
    rf"\bag(?:e|ed|es)\b[\s:]*(?:of |is |must be )?(?:≥|>=|at least)\s*{_NUMBER}(?!\s*[\d%])"
    rf"|\bag(?:e|ed|es)\b[\s:]*(?:of |is )?{_NUMBER}\s*(?:or|and)\s*(?:older|above|over)",
    re.IGNORECASE,
)
_AGE_WORD = re.compile(r"\b(ages?|aged|old|older|younger|of age)\b", re.IGNORECASE)
_PER_YEAR = {"y": 1.0, "m": 12.0, "w": 52.1775, "d": 365.25}
_ADULT = re.compile(r"\badults?\b", re.IGNORECASE)
_CHILD = re.compile(r"\b(?:child|children|p(?:a)?ediatric)\b", re.IGNORECASE)
_NEWBORN = re.compile(r"\b(?:neonates?|newborns?)\b", re.IGNORECASE)
_ADULT_AGE = 18.0
_NEWBORN_AGE = 1 / 12


@dataclass(frozen=True)
class AgeLimits:
    """Limits in years. ``high`` is where the permitted ages end, itself not permitted."""

    low: float | None = None
    low_open: bool = False
    high: float | None = None


def age_fits(age: float | None, limits: AgeLimits) -> bool | None:
    """Whether an age lies within limits; None when the age is not known."""
    if age is None:
        return None
    if limits.low is not None and (age < limits.low or (limits.low_open and age == limits.low)):
        return False
    return not (limits.high is not None and age >= limits.high)


def _age(text: str, patient: TrialPatient) -> list[Piece]:
    found = _age_words(text, patient.age_years)
    if _AGE_WORD.search(text) and not _NOT_AGE.search(text):
        read = _age_limits(text)
        if read is not None:
            limits, spans = read
            found.append(Piece("age", "age", age_fits(patient.age_years, limits), spans))
    return found


def _age_words(text: str, age: float | None) -> list[Piece]:
    """``adults``, ``children``, ``newborns``; children and adults together are everybody."""
    adult, child = _ADULT.search(text), _CHILD.search(text)
    pieces = []
    if adult and child:
        pieces.append(Piece("age", "word", True, (adult.span(), child.span())))
    elif adult:
        truth = None if age is None else age >= _ADULT_AGE
        pieces.append(Piece("age", "word", truth, (adult.span(),)))
    elif child:
        truth = None if age is None else age < _ADULT_AGE
        pieces.append(Piece("age", "word", truth, (child.span(),)))
    newborn = _NEWBORN.search(text)
    if newborn:
        truth = None if age is None else age <= _NEWBORN_AGE
        pieces.append(Piece("age", "word", truth, (newborn.span(),)))
    return pieces


def _age_limits(text: str) -> tuple[AgeLimits, tuple[Span, ...]] | None:
    """Limits that a sentence sets; None: not understood."""
    match = _RANGE.search(text)
    if match:
        unit = match.group(4)
        low = _years(match.group(1), match.group(2) or unit)
        return AgeLimits(low, False, _last(match.group(3), unit)), (match.span(),)
    match = _RANGE_OF_AGE.search(text)
    if match:
        limits = AgeLimits(float(match.group(1)), False, float(match.group(2)) + 1)
        return limits, (match.span(),)
    low = high = None
    low_open = False
    spans: list[Span] = []
    for pattern, lower, strict in (
        (_AT_LEAST, True, False),
        (_ANCHORED_LEAST, True, False),
        (_AT_MOST, False, False),
        (_MORE, True, True),
        (_LESS, False, True),
    ):
        for match in pattern.finditer(text):
            if any(s < match.end() and match.start() < e for s, e in spans):
                continue
            number, unit = [*(g for g in match.groups() if g is not None), "years"][:2]
            if (low if lower else high) is not None:
                return None
            if lower:
                low, low_open = _years(number, unit), strict
            else:
                high = _years(number, unit) if strict else _last(number, unit)
            spans.append(match.span())
    return (AgeLimits(low, low_open, high), tuple(spans)) if spans else None


def _years(number: str, unit: str) -> float:
    return float(number) / _PER_YEAR[unit[0].lower()]


def _last(number: str, unit: str) -> float:
    """End of "up to 12 years": the thirteenth birthday; of "up to 6 months": seven months."""
    return (float(number) + 1) / _PER_YEAR[unit[0].lower()]


# --- sex ------------------------------------------------------------------------------------

_MALE = re.compile(r"\b(males?|men|man|boys?)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(females?|women|woman|girls?)\b", re.IGNORECASE)
_NOT_SEX = re.compile(
    r"pregnan|childbearing|lactat|breast|contracept|menopaus|partner|sperm", re.IGNORECASE
)


def _sex(text: str, patient: TrialPatient) -> list[Piece]:
    if _NOT_SEX.search(text):
        return []
    male, female = _MALE.search(text), _FEMALE.search(text)
    spans = tuple(m.span() for m in (male, female) if m)
    if not spans:
        return []
    both = re.search(r"\bboth\b", text, re.IGNORECASE)
    if male and female:
        return [Piece("sex", "sex", True, spans + ((both.span(),) if both else ()))]
    wanted = "male" if male else "female"
    truth = None if not patient.sex else patient.sex == wanted
    return [Piece("sex", "sex", truth, spans)]
