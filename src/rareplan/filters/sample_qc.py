"""Do the samples fit the pedigree, and are they sound? Plain verdicts before any finding.

Kinship is the KING-robust estimator of Manichaikul et al. 2010 (PMID 20926424, equation 11)
on the sites of the family's own file.
"""

from __future__ import annotations

from rareplan.config import SampleQc
from rareplan.errors import Fault
from rareplan.filters.qc_counts import QcCounts
from rareplan.model.pedigree import Pedigree, Person, Sex
from rareplan.model.result import QcCheck

OK, WARN, FAIL, NOT_ASSESSED = "ok", "warn", "fail", "not assessed"
_GENOME_SITES = 1_000_000


def kinship(counts: QcCounts, i: int, j: int) -> float | None:
    """KING-robust kinship of two samples; None without heterozygous calls."""
    het_i, het_j = int(counts.het_of[i, j]), int(counts.het_of[j, i])
    fewest = min(het_i, het_j)
    if not fewest:
        return None
    shared = (int(counts.het_het[i, j]) - 2 * int(counts.opposite[i, j])) / (2 * fewest)
    return float(shared + 0.5 - 0.25 * (het_i + het_j) / fewest)


def _sex(counts: QcCounts, person: Person, limits: SampleQc) -> QcCheck:
    i = counts.samples.index(person.id)
    sites = int(counts.x_het[i] + counts.x_hom[i])
    expected = person.sex.value
    if sites < limits.min_x_sites:
        return QcCheck(
            name="sex", person=person.id, expected=expected, verdict=NOT_ASSESSED,
            text=f"{sites} variant calls on X, {limits.min_x_sites} needed",
        )  # fmt: skip
    share = float(counts.x_het[i]) / sites
    seen = _sex_of_share(share, limits)
    value = f"{share:.2f} of X calls heterozygous, {int(counts.y_alt[i])} calls on Y"
    if seen is Sex.UNKNOWN:
        verdict, text = WARN, "between what is usual for a male and a female: aneuploidy or noise?"
    elif person.sex is Sex.UNKNOWN:
        verdict, text = WARN, f"looks {seen.value}; the pedigree does not say"
    elif seen is person.sex:
        verdict, text = OK, f"X calls fit {seen.value}"
    else:
        verdict, text = FAIL, f"X calls look {seen.value}, the pedigree says {person.sex.value}"
    return QcCheck(
        name="sex", person=person.id, value=value, expected=expected, verdict=verdict, text=text
    )


def _sex_of_share(share: float, limits: SampleQc) -> Sex:
    if share <= limits.male_max_x_het:
        return Sex.MALE
    return Sex.FEMALE if share >= limits.female_min_x_het else Sex.UNKNOWN


def _parent(counts: QcCounts, child: Person, parent: Person, limits: SampleQc) -> QcCheck:
    i, j = counts.samples.index(child.id), counts.samples.index(parent.id)
    sites = int(counts.hom_alt_any[i, j])
    phi = kinship(counts, i, j)
    base = {"name": "parent and child", "person": f"{child.id}, {parent.id}"}
    if phi is None or sites < limits.min_sites:
        return QcCheck(
            **base, verdict=NOT_ASSESSED,
            text=f"{sites} sites where one has two copies, {limits.min_sites} needed",
        )  # fmt: skip
    opposite = float(counts.opposite[i, j]) / sites
    value = f"kinship {phi:.3f}, opposite homozygotes {opposite:.4f}"
    expected = f"kinship >= {limits.min_parent_kinship}, opposite <= {limits.max_parent_opposite}"
    if phi > limits.max_duplicate_kinship:
        verdict, text = FAIL, "the two samples are the same person or identical twins"
    elif phi < limits.min_parent_kinship or opposite > limits.max_parent_opposite:
        verdict, text = FAIL, f"{parent.id} is not a parent of {child.id} by these calls"
    else:
        verdict, text = OK, "fits parent and child"
    return QcCheck(**base, value=value, expected=expected, verdict=verdict, text=text)


def _unexpected_pairs(counts: QcCounts, pedigree: Pedigree, limits: SampleQc) -> list[QcCheck]:
    """Duplicates, and parents who are related to each other."""
    found = []
    people = [p for p in pedigree.people if p.id in counts.samples]
    parents = {pedigree.proband.father, pedigree.proband.mother}
    for a, first in enumerate(people):
        for second in people[a + 1 :]:
            i, j = counts.samples.index(first.id), counts.samples.index(second.id)
            phi = kinship(counts, i, j)
            if phi is None or int(counts.hom_alt_any[i, j]) < limits.min_sites:
                continue
            related = second.id in {first.father, first.mother} or first.id in {
                second.father, second.mother,
            }  # fmt: skip
            who, value = f"{first.id}, {second.id}", f"kinship {phi:.3f}"
            if phi > limits.max_duplicate_kinship and not related:
                text = "the two samples look like one person (or identical twins)"
                found.append(
                    QcCheck(name="duplicate", person=who, value=value, verdict=WARN, text=text)
                )
            elif {first.id, second.id} == parents and phi > limits.max_parents_kinship:
                text = "the parents look related: long homozygous stretches are to be expected"
                found.append(
                    QcCheck(
                        name="parents related", person=who, value=value, verdict=WARN, text=text
                    )
                )
    return found


def _mendel(counts: QcCounts, trio: tuple[int, int, int], limits: SampleQc) -> QcCheck:
    errors, sites = (int(x) for x in counts.mendel[trio])
    names = ", ".join(counts.samples[i] for i in trio)
    if sites < limits.min_sites:
        return QcCheck(
            name="Mendelian errors", person=names, verdict=NOT_ASSESSED,
            text=f"{sites} shared sites, {limits.min_sites} needed",
        )  # fmt: skip
    share = errors / sites
    bad = share > limits.max_mendel_errors
    return QcCheck(
        name="Mendelian errors",
        person=names,
        value=f"{share:.4f} ({errors} of {sites})",
        expected=f"<= {limits.max_mendel_errors}",
        verdict=FAIL if bad else OK,
        text="too many: a wrong sample or poor calls" if bad else "as expected in a trio",
    )


def _sample(counts: QcCounts, person: Person, limits: SampleQc) -> list[QcCheck]:
    """Missing calls, het/hom, Ti/Tv and the reads of one sample."""
    i = counts.samples.index(person.id)
    variants = int(counts.dosage[i, 1] + counts.dosage[i, 2])
    if counts.sites < limits.min_sites or variants < limits.min_sites:
        text = f"{variants} plain variant calls, {limits.min_sites} needed"
        return [QcCheck(name="call quality", person=person.id, verdict=NOT_ASSESSED, text=text)]
    ratio = float(counts.dosage[i, 1]) / max(1, int(counts.dosage[i, 2]))
    titv = float(counts.transitions[i]) / max(1, int(counts.transversions[i]))
    kind = "genome" if variants >= _GENOME_SITES else "exome"
    span = limits.genome_titv if kind == "genome" else limits.exome_titv
    found = [
        _ranged(person, "missing calls", float(counts.missing[i]) / counts.sites,
                (0.0, limits.max_missing), "low coverage, or files that were merged without it"),
        _ranged(person, "het/hom", ratio, limits.het_hom,
                "few: consanguinity or lost calls; many: contamination"),
        _ranged(person, f"Ti/Tv ({kind})", titv, span, "many false calls, or an unusual target"),
    ]  # fmt: skip
    if counts.hom_ref_reads[i, 1] >= limits.min_sites:
        mean = float(counts.hom_ref_reads[i, 0] / counts.hom_ref_reads[i, 1])
        found.append(
            _ranged(person, "reference reads in homozygous calls", mean,
                    (0.0, limits.max_hom_ref_reads), "a hint of contamination")
        )  # fmt: skip
    return found


def _ranged(
    person: Person, name: str, value: float, span: tuple[float, float], otherwise: str
) -> QcCheck:
    inside = span[0] <= value <= span[1]
    return QcCheck(
        name=name,
        person=person.id,
        value=f"{value:.3f}",
        expected=f"{span[0]:g} to {span[1]:g}",
        verdict=OK if inside else WARN,
        text="as expected" if inside else f"outside the usual range: {otherwise}",
    )


def trios_of(pedigree: Pedigree, samples: tuple[str, ...]) -> tuple[tuple[int, int, int], ...]:
    """Columns of every child with both parents among the samples."""
    return tuple(
        (samples.index(p.id), samples.index(p.father), samples.index(p.mother))
        for p in pedigree.people
        if p.id in samples and p.father in samples and p.mother in samples
    )


def sample_qc(counts: QcCounts, pedigree: Pedigree, limits: SampleQc) -> tuple[QcCheck, ...]:
    """Every check with a plain verdict: ok, warn, fail or not assessed."""
    people = [p for p in pedigree.people if p.id in counts.samples]
    checks = [_sex(counts, person, limits) for person in people]
    for child in people:
        for name in (child.father, child.mother):
            parent = pedigree.person(name) if name in counts.samples else None
            if parent is not None:
                checks.append(_parent(counts, child, parent, limits))
    checks += [_mendel(counts, trio, limits) for trio in counts.trios]
    checks += _unexpected_pairs(counts, pedigree, limits)
    for person in people:
        checks += _sample(counts, person, limits)
    return tuple(checks)


def misfits(checks: tuple[QcCheck, ...], pedigree: Pedigree) -> list[Fault]:
    """What must stop a run: a parent who is none, or parents who are swapped with each other."""
    faults = [
        Fault(
            "samples",
            f"{check.text} ({check.value})",
            check.expected or "samples that fit the pedigree",
            "Check for a sample swap; go on with --force, which every report will state.",
        )
        for check in checks
        if check.name == "parent and child" and check.verdict == FAIL
    ]
    wrong = {c.person for c in checks if c.name == "sex" and c.verdict == FAIL}
    if {pedigree.proband.father, pedigree.proband.mother} <= wrong:
        faults.append(
            Fault(
                "samples",
                "a father who looks female and a mother who looks male",
                "parents as in the pedigree",
                "The two look swapped. Correct the PED, or go on with --force.",
            )
        )
    return faults
