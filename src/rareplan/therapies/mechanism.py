"""What the patient's variants do to the gene: the mechanism call.

Null alleles are loss of function. Other variants take the mechanism of the disease; where the
gene has diseases of both directions, both stay possible and the call says what would tell them
apart. Variants of settled effect and functional evidence of the case file come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.model.therapy import Mechanism, MechanismCall
from rareplan.therapies.alleles import null_genotype
from rareplan.therapies.gate import MECHANISM_CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rareplan.knowledge.therapies import CuratedTherapies, MechanismRow
    from rareplan.model.case import SuppliedEvidence
    from rareplan.therapies.alleles import Allele

FUNCTIONAL_KINDS = frozenset({"protein_function", "functional", "electrophysiology"})
_ORDER = tuple(Mechanism)


def call_mechanism(
    gene: str,
    alleles: Sequence[Allele],
    inheritance: str,
    tables: CuratedTherapies,
    evidence: Sequence[SuppliedEvidence] = (),
) -> MechanismCall:
    """The mechanisms that are possible in this patient.

    ``inheritance`` is the candidate's mode (``AD``, ``AR homozygous``, ``XL recessive`` ...).
    """
    recessive = is_recessive(inheritance)
    rows = _rows_for(tables.mechanisms.get(gene, ()), inheritance)
    null = null_genotype(alleles, recessive=recessive)
    settled = _from_evidence(gene, evidence)
    if settled:
        mechanism, item = settled
        return MechanismCall(
            gene=gene,
            possible=(mechanism,),
            null_genotype=null,
            reason=f"functional evidence supplied with the case ({item.source or item.result})",
        )
    found: dict[Mechanism, str] = {}
    citations: list[str] = []
    for allele in alleles:
        for mechanism, reason, cited in _allele_call(gene, allele, rows, recessive, tables):
            found.setdefault(mechanism, reason)
            citations.extend(cited)
    if not found:
        found[Mechanism.UNKNOWN] = "no variant of this gene was given"
    possible = tuple(sorted(found, key=_ORDER.index))
    return MechanismCall(
        gene=gene,
        possible=possible,
        null_genotype=null,
        reason="; ".join(dict.fromkeys(found[m] for m in possible)),
        would_tell_apart=_tell_apart(rows) if len(_directions(possible)) > 1 else "",
        citations=tuple(dict.fromkeys(citations)),
    )


def assumed_call(gene: str, mechanism: Mechanism | None, tables: CuratedTherapies) -> MechanismCall:
    """The call without a patient: the mechanism as told, else all that the table knows."""
    rows = tables.mechanisms.get(gene, ())
    if mechanism:
        return MechanismCall(
            gene=gene, possible=(mechanism,), reason="as given on the command line"
        )
    codes = dict.fromkeys(code for row in rows for code in row.mechanisms)
    possible = tuple(MECHANISM_CODES[code] for code in codes) or (Mechanism.UNKNOWN,)
    return MechanismCall(
        gene=gene,
        possible=tuple(sorted(possible, key=_ORDER.index)),
        reason="every mechanism known for this gene; give --mechanism or --variant to settle it",
        would_tell_apart=_tell_apart(rows) if len(_directions(possible)) > 1 else "",
        citations=tuple(dict.fromkeys(c for row in rows for c in row.citations)),
    )


def is_recessive(inheritance: str) -> bool:
    """Both copies, or the only copy, are hit."""
    return inheritance.startswith("AR") or inheritance in {"XL recessive", "Y-linked"}


def _directions(possible: Iterable[Mechanism]) -> set[str]:
    loss = {Mechanism.LOF, Mechanism.HAPLOINSUFFICIENT}
    return {"loss" if mechanism in loss else mechanism.value for mechanism in possible}


def _tell_apart(rows: Sequence[MechanismRow]) -> str:
    return "; ".join(dict.fromkeys(row.tell_apart for row in rows if row.tell_apart))


def _rows_for(rows: Sequence[MechanismRow], inheritance: str) -> Sequence[MechanismRow]:
    """The rows whose inheritance fits, or all of them when none does."""
    wanted = "AR" if inheritance.startswith("AR") else inheritance[:2]
    fit = [row for row in rows if wanted and wanted in row.inheritance.split("/")]
    return fit or list(rows)


def _from_evidence(
    gene: str, evidence: Sequence[SuppliedEvidence]
) -> tuple[Mechanism, SuppliedEvidence] | None:
    for item in evidence:
        if item.gene != gene or item.kind not in FUNCTIONAL_KINDS:
            continue
        text = item.result.lower()
        if "dominant" in text and "negative" in text:
            return Mechanism.DOMINANT_NEGATIVE, item
        if "gain" in text:
            return Mechanism.GOF, item
        if "loss" in text:
            return Mechanism.LOF, item
    return None


Call = tuple[Mechanism, str, tuple[str, ...]]


def _allele_call(
    gene: str,
    allele: Allele,
    rows: Sequence[MechanismRow],
    recessive: bool,
    tables: CuratedTherapies,
) -> list[Call]:
    for effect in tables.effects.get(gene, ()):
        if allele.matches(effect.change):
            reason = f"{effect.change} is known to cause {effect.disease}"
            return [(MECHANISM_CODES[code], reason, effect.citations) for code in effect.mechanisms]
    lost = Mechanism.LOF if recessive or allele.hemizygous else Mechanism.HAPLOINSUFFICIENT
    if allele.is_null:
        return [(lost, f"{_plain(allele)}: no protein is expected from this allele", ())]
    table: list[Call] = [
        (MECHANISM_CODES[code], f"{row.disease}: {MECHANISM_CODES[code].value}", row.citations)
        for row in rows
        for code in row.mechanisms
    ]
    if allele.is_null is None and set(allele.terms) & {"stop_gained", "frameshift_variant"}:
        late = [row for row in rows if row.null_alleles.endswith("_if_escapes_nmd")]
        truncated = (lost, "truncating, but the message may escape decay", ())
        return _late_truncation(late) if late else [truncated, *table]
    if not table and recessive:
        table = [(lost, "recessive disease: loss of function is presumed", ())]
    unknown = (Mechanism.UNKNOWN, "how variants of this gene act is not in the table", ())
    return table or [unknown]


def _late_truncation(rows: Sequence[MechanismRow]) -> list[Call]:
    calls = []
    for row in rows:
        mechanism = MECHANISM_CODES[row.null_alleles.removesuffix("_if_escapes_nmd")]
        reason = f"{row.disease}: truncation in the last exon causes {mechanism.value}"
        calls.append((mechanism, reason, row.citations))
    return calls


def _plain(allele: Allele) -> str:
    return allele.terms[0].replace("_", " ").replace(" variant", "") if allele.terms else "null"
