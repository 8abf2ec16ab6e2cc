"""What happened to an allele, a gene or a range in a finished run, and what would change it.

Everything comes from the run directory: ledger.parquet, case.json and provenance.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rareplan.errors import Fault, InputError
from rareplan.filters.ledger import outcome
from rareplan.filters.queries import Query
from rareplan.filters.run_ledger import Run, rows_in, rows_of_gene
from rareplan.model.genome import Contig, contig_from_name
from rareplan.model.ledger import Outcome

_SHOWN = 200


@dataclass(frozen=True)
class Step:
    """One rule's word on one allele."""

    rule: str
    outcome: str
    value: str
    threshold: str


@dataclass(frozen=True)
class AlleleFate:
    """What happened to one allele. ``rescue`` is the single change that would let it pass."""

    variant: str
    gene: str
    genotype: str
    stopped_by: str
    story: str
    rescue: str
    steps: tuple[Step, ...] = ()
    rank: int | None = None
    segregation: str = ""
    consequence: str = ""
    exempt: str = ""


@dataclass(frozen=True)
class Answer:
    """The whole answer; ``notes`` say what was not found or not known."""

    query: str
    kind: str
    alleles: tuple[AlleleFate, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def variant_text(row: dict[str, Any]) -> str:
    """``2-210591886-C-T`` of a ledger row."""
    contig = contig_from_name(row["contig"])
    name = row["contig"] if contig is Contig.OTHER else contig.bare
    return f"{name}-{row['pos']}-{row['ref']}-{row['alt']}"


def _value(rule: dict[str, str], row: dict[str, Any]) -> str:
    value = row.get(rule["value"]) if rule["value"] else None
    if value is None or value != value:  # noqa: PLR0124 - NaN is the only value unlike itself
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def fate_of(run: Run, row: dict[str, Any]) -> AlleleFate:
    """What happened to one ledger row."""
    steps = tuple(
        Step(rule["name"], outcome(row["rules"], i).name, _value(rule, row), rule["threshold"])
        for i, rule in enumerate(run.rules)
    )
    failed = [i for i, step in enumerate(steps) if step.outcome == Outcome.FAIL.name]
    name = variant_text(row)
    return AlleleFate(
        variant=name,
        gene=row["gene"],
        genotype=row["genotype"],
        stopped_by=row["stopped_by"],
        story=_story(run, row, failed),
        rescue=_rescue(run, row, failed),
        steps=steps,
        rank=_rank(run, name),
        segregation=row["segregation"],
        consequence=row["consequence"],
        exempt=row["exempt"],
    )


def _story(run: Run, row: dict[str, Any], failed: Sequence[int]) -> str:
    if not failed:
        modes = row["segregation"] or "no mode told"
        return f"passed every rule; {modes}"
    rule = run.rules[failed[0]]
    value = _value(rule, row)
    if value:
        told = f"{rule['description']} is {value}, needed {rule['threshold']}"
    else:
        told = f"needed: {rule['description']} ({rule['threshold']})"
    return f"stopped at '{rule['name']}': {told}"


def _rescue(run: Run, row: dict[str, Any], failed: Sequence[int]) -> str:
    """The one change that would let the allele through, or that none would."""
    if not failed:
        return ""
    if len(failed) > 1:
        names = ", ".join(run.rules[i]["name"] for i in failed)
        return f"no single change: {len(failed)} rules fail ({names})"
    rule = run.rules[failed[0]]
    text = _single_rescue(rule["name"], row)
    later = [
        run.rules[i]["name"]
        for i in range(failed[0] + 1, len(run.rules))
        if outcome(row["rules"], i) is Outcome.NOT_RUN and run.rules[i]["name"] in _LATE
    ]
    return f"{text}; then {' and '.join(later)} would be judged" if later else text


_LATE = {"consequence", "inheritance"}


def _single_rescue(rule: str, row: dict[str, Any]) -> str:
    share = row["ab"]
    called = row["genotype"].replace("|", "/").split("/")
    heterozygous = len(called) == 2 and called != ["1", "1"]
    balance = (
        f"quality.min_ab = {share:g} or less"
        if heterozygous and share is not None and share < 0.5
        else f"quality.max_ab = {share:g} or more"
        if heterozygous
        else f"quality.min_ab_hom = {share:g} or less"
    )
    texts = {
        "contig": "none: only chromosomes 1-22, X, Y and MT are analysed",
        "allele": "none: this is no alternate allele",
        "called": "a genotype call of the proband",
        "carried": "none: the proband was called without it",
        "filter": "quality.require_pass = false, or a FILTER of PASS",
        "genotype_quality": f"quality.min_gq = {_plain(row['gq'])} or less",
        "depth": f"quality.min_dp (haploid: min_dp_haploid) = {_plain(row['dp'])} or less",
        "allele_balance": balance,
        "frequency": f"a limit of {_plain(row['max_af'])} or more, or a ClinVar P/LP record",
        "homozygotes": f"rarity.max_homozygotes_ar = {_plain(row['homozygotes'])} or more",
        "gene": "a gene model at this place",
        "region": "a wider region.splice_region, a splice prediction, or a ClinVar P/LP record",
        "consequence": f"'{row['consequence']}' in consequence.keep, or a ClinVar P/LP record",
        "inheritance": f"another genotype or affection in the family ({row['segregation']})",
    }
    return texts.get(rule, "")


def _plain(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"


def _rank(run: Run, variant: str) -> int | None:
    for candidate in run.case.get("candidates", ()):
        if any(v.get("variant") == variant for v in candidate.get("variants", ())):
            return int(candidate["rank"])
    return None


def is_reference_block(row: dict[str, Any]) -> bool:
    """A gVCF block or a record without ALT: says that the place was looked at."""
    return row["alt"] in {".", "<NON_REF>", "<*>"}


def coverage_notes(run: Run, query: Query, targets: Path | None) -> list[str]:
    """For a place that has no such allele: was it looked at?"""
    notes = []
    blocks = [
        row
        for row in rows_in(run, query.contig, query.start, query.end).to_pylist()
        if is_reference_block(row)
    ]
    for block in blocks[:3]:
        depth = f", {block['dp']:g} reads" if block["dp"] is not None else ""
        notes.append(f"covered: a reference block {block['pos']}-{block['end']}{depth}")
    inside = _in_targets(query, targets) if targets else None
    if inside is not None:
        notes.append(f"the place is {'inside' if inside else 'outside'} the target regions given")
    if not notes:
        notes.append("whether the place was covered cannot be told: no gVCF and no target BED")
    return notes


def _in_targets(query: Query, targets: Path) -> bool:
    """Whether any base of the query lies in a BED (0-based half-open)."""
    try:
        lines = targets.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Fault(targets.name, "a file that cannot be read", "a BED file", "Check --targets.")
        ) from error
    for line in lines:
        parts = line.split()
        if len(parts) < 3 or not parts[1].isdigit() or not parts[2].isdigit():
            continue
        here = contig_from_name(parts[0]) is query.contig
        if here and int(parts[1]) < query.end and int(parts[2]) >= query.start:
            return True
    return False


def explain(run: Run, query: Query, targets: Path | None = None) -> Answer:
    """The answer to an allele, a range or a gene (HGVS names are resolved by the caller)."""
    if query.kind == "gene":
        return _gene(run, query)
    rows = rows_in(run, query.contig, query.start, query.end).to_pylist()
    if query.kind == "range":
        real = [r for r in rows if not is_reference_block(r)]
        nothing = [] if real else ["no allele here", *coverage_notes(run, query, targets)]
        return _answer(run, query, real, nothing)
    mine = [
        r for r in rows
        if r["pos"] == query.start and r["ref"] == query.ref and r["alt"] == query.alt
    ]  # fmt: skip
    if mine:
        return _answer(run, query, mine, ())
    notes = [f"not in the VCF ({run.assembly})", *coverage_notes(run, query, targets)]
    others = [variant_text(r) for r in rows if not is_reference_block(r)]
    if others:
        notes.append(f"other alleles at this place: {', '.join(others[:5])}")
    return Answer(query.text, query.kind, notes=tuple(notes))


def _answer(run: Run, query: Query, rows: Sequence[dict[str, Any]], notes: Sequence[str]) -> Answer:
    counts: dict[str, int] = {}
    for row in rows:
        name = row["stopped_by"] or "passed"
        counts[name] = counts.get(name, 0) + 1
    shown = sorted(rows, key=lambda r: (_furthest(r), r["pos"]))[:_SHOWN]
    more = [*notes]
    if len(rows) > _SHOWN:
        more.append(f"{len(rows)} alleles; the {_SHOWN} that came furthest are shown")
    return Answer(
        query.text, query.kind, tuple(fate_of(run, r) for r in shown), counts, tuple(more)
    )


def _furthest(row: dict[str, Any]) -> int:
    """Passed alleles first, then those that failed the fewest rules."""
    return sum(((row["rules"] >> (2 * i)) & 3) == Outcome.FAIL for i in range(16))


def _gene(run: Run, query: Query) -> Answer:
    rows = rows_of_gene(run, query.text).to_pylist()
    real = [r for r in rows if not is_reference_block(r)]
    notes = []
    if not real:
        notes.append(f"no allele of the VCF lies in a gene called '{query.text}'")
    ranks = [
        c["rank"] for c in run.case.get("candidates", ()) if c["gene"].upper() == query.text.upper()
    ]
    notes.append(f"candidate at rank {min(ranks)}" if ranks else "not among the candidates")
    return _answer(run, query, real, notes)
