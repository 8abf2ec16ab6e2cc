"""All inputs of one family into one validated :class:`Case`, or every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rareplan.errors import Fault, InputError
from rareplan.knowledge.genes import genes
from rareplan.knowledge.hpo import ontology
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case, PhenotypeTerm, SuppliedEvidence
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Pedigree, Person, Sex
from rareplan.read.case_file import CaseDetails, read_case_file
from rareplan.read.family import build_pedigree
from rareplan.read.guess_assembly import guess_assembly
from rareplan.read.hpo_file import RawTerm, read_terms, resolve_terms
from rareplan.read.ped import read_ped
from rareplan.read.phenopacket import read_phenopacket
from rareplan.read.record_lines import first_faults
from rareplan.read.targets import read_targets
from rareplan.read.text_file import listed
from rareplan.read.vcf_header import VcfHeader, read_header, settle_assembly


@dataclass(frozen=True)
class CasePaths:
    """What the user named on the command line."""

    vcfs: tuple[Path, ...]
    hpo: Path | None = None
    ped: Path | None = None
    case: Path | None = None
    targets: Path | None = None
    proband: str = ""
    assembly: str = "auto"
    allow_unsequenced: bool = False
    phenotype_needed: bool = True

    @property
    def all_files(self) -> tuple[Path, ...]:
        """Every file that was named, variants first."""
        others = (self.hpo, self.ped, self.case, self.targets)
        return (*self.vcfs, *(path for path in others if path is not None))


def _headers(paths: Sequence[Path]) -> tuple[list[VcfHeader], list[Fault], list[str]]:
    """Headers, faults of headers and first records, and notices, of all files."""
    headers: list[VcfHeader] = []
    faults: list[Fault] = []
    notices: list[str] = []
    for path in paths:
        header, found = read_header(path)
        faults += found
        if header is not None:
            headers.append(header)
            found, told = first_faults(header)
            faults += found
            notices += [*header.notices, *told]
    return headers, faults + _twice(headers, notices), notices


def _twice(headers: Sequence[VcfHeader], notices: list[str]) -> list[Fault]:
    """One file named two times; a notice where one sample stands in two files."""
    seen: set[Path] = set()
    faults = []
    for path in (header.path for header in headers):
        if path.resolve() in seen:
            found = "the same file a second time"
            faults.append(Fault(path.name, found, "each file once", "Name it once."))
        seen.add(path.resolve())
    owners: dict[str, list[str]] = {}
    for header in headers:
        for sample in header.samples:
            owners.setdefault(sample, []).append(header.path.name)
    both = {sample: files for sample, files in owners.items() if len(files) > 1}
    if both and not faults:
        files = next(iter(both.values()))
        notices.append(
            f"{listed(list(both))} in {' and '.join(files)}: their calls were joined; where both "
            "files have an allele, the first file's call stands."
        )
    return faults


def _details(path: Path | None) -> tuple[CaseDetails, list[Fault]]:
    if path is None:
        return CaseDetails(), []
    if path.suffix.lower() == ".json":
        return read_phenopacket(path)
    return read_case_file(path)


def _raw_terms(paths: CasePaths, details: CaseDetails) -> tuple[list[RawTerm], list[Fault]]:
    raw = list(details.terms)
    faults: list[Fault] = []
    if paths.hpo is not None:
        given, faults = read_terms(paths.hpo)
        raw += given
    if not raw and not faults and paths.phenotype_needed:
        name = paths.hpo.name if paths.hpo else "--hpo"
        faults = [
            Fault(name, "no HPO term", "at least one observed term", "Add terms, one a line.")
        ]
    return raw, faults


def _family(
    paths: CasePaths, details: CaseDetails, samples: tuple[str, ...]
) -> tuple[Pedigree | None, list[Fault], list[str]]:
    people: list[Person] = list(details.people)
    faults: list[Fault] = []
    if paths.ped is not None:
        people, faults = read_ped(paths.ped)
    if faults:
        return None, faults, []
    wanted = paths.proband or details.proband
    if not people and not paths.proband and wanted not in samples:
        wanted = ""  # a phenopacket's own patient id need not be the sample's name
    name = paths.ped.name if paths.ped else "pedigree"
    pedigree, faults, notices = build_pedigree(
        people, samples, wanted=wanted, allow_unsequenced=paths.allow_unsequenced, ped_name=name
    )
    if pedigree is None or details.sex is Sex.UNKNOWN:
        return pedigree, faults, notices
    return _with_sex(pedigree, details.sex, name, faults, notices)


def _with_sex(
    pedigree: Pedigree, sex: Sex, name: str, faults: list[Fault], notices: list[str]
) -> tuple[Pedigree, list[Fault], list[str]]:
    known = pedigree.proband.sex
    if known not in {Sex.UNKNOWN, sex}:
        fault = Fault(
            name,
            f"a proband who is {known.value} here and {sex.value} in the case file",
            "the same sex in both",
            "Correct one of them.",
        )
        return pedigree, [*faults, fault], notices
    people = tuple(
        replace(p, sex=sex) if p.id == pedigree.proband_id else p for p in pedigree.people
    )
    return replace(pedigree, people=people), faults, notices


def _assembly(
    headers: list[VcfHeader], wanted: str, kb: KnowledgeBase
) -> tuple[Assembly | None, list[Fault], list[str]]:
    """The assembly of the files: from headers, else from where an exome's variants lie."""
    assembly, faults = settle_assembly(headers, wanted)
    if assembly is not None or any(h.assemblies for h in headers):
        return assembly, faults, []
    guess = guess_assembly(headers[0].path, kb)
    if guess is None:
        return None, faults, []
    notice = (
        f"The header does not name the reference; {guess.assembly.value} was used, because "
        f"{guess.share:.0%} of the places lie in its coding exons ({guess.other_share:.0%} "
        "otherwise). --assembly overrides this."
    )
    return guess.assembly, [], [notice]


def _nothing_observed(terms: Sequence[PhenotypeTerm], notices: Sequence[str]) -> Fault:
    action = "Add what the patient has."
    if terms:
        action = (
            f"All {len(terms)} are excluded: a leading '-' means 'looked for and not found', "
            "it is no bullet. " + action
        )
    elif notices:
        action = f"{notices[0]} {action}"
    return Fault("phenotype", "no observed HPO term", "at least one", action)


def _evidence_genes(
    details: CaseDetails, kb: KnowledgeBase
) -> tuple[tuple[SuppliedEvidence, ...], list[Fault], list[str]]:
    """Supplied results under the current gene symbols; an unknown gene would be passed over."""
    faults: list[Fault] = []
    notices: list[str] = []
    rows = []
    for number, row in enumerate(details.evidence, start=1):
        gene = genes(kb).find(row.gene)
        if gene is None:
            near = ", ".join(genes(kb).nearest(row.gene))
            action = f"Nearest: {near}." if near else "Give the HGNC symbol."
            found = f"gene '{row.gene[:30]}'"
            faults.append(Fault(f"evidence {number}", found, "an HGNC symbol", action))
            continue
        if gene.symbol != row.gene:
            notices.append(f"Evidence {number}: {row.gene} is now {gene.symbol}, which was used.")
        rows.append(replace(row, gene=gene.symbol))
    return tuple(rows), faults, notices


def read_case(paths: CasePaths, kb: KnowledgeBase) -> Case:
    """Read and validate everything.

    Raises:
        InputError: carries every fault of every file.
    """
    headers, faults, told = _headers(paths.vcfs)
    assembly: Assembly | None = None
    if headers:
        assembly, found, more = _assembly(headers, paths.assembly, kb)
        faults += found
        told += more
    details, found = _details(paths.case)
    faults += found
    raw, found = _raw_terms(paths, details)
    faults += found
    terms, found, notices = resolve_terms(raw, ontology(kb))
    faults += found
    if raw and not faults and paths.phenotype_needed and not any(not t.excluded for t in terms):
        faults.append(_nothing_observed(terms, notices))
    if paths.targets is not None:
        faults += read_targets(paths.targets)[1]
    if not raw and not paths.phenotype_needed:
        notices.append("No phenotype was given; 'analyze' needs one.")
    evidence, found, more = _evidence_genes(details, kb)
    faults += found
    notices += more
    pedigree: Pedigree | None = None
    if len(headers) == len(paths.vcfs):
        # A person may stand in two files: small variants in one, large ones in the other.
        samples = tuple(dict.fromkeys(s for h in headers for s in h.samples))
        pedigree, found, more = _family(paths, details, samples)
        faults += found
        notices += more
    if faults or pedigree is None or assembly is None:
        raise InputError(faults)
    return Case(
        vcf_paths=tuple(paths.vcfs),
        assembly=assembly,
        pedigree=pedigree,
        terms=tuple(terms),
        age_years=details.age_years,
        country=details.country,
        medicines=details.medicines,
        consents=details.consents,
        evidence=evidence,
        targets=paths.targets,
        notices=(*told, *notices),
    )
