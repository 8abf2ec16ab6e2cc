"""All inputs of one family into one validated :class:`Case`, or every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rareplan.errors import Fault, InputError
from rareplan.knowledge.hpo import ontology
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Pedigree, Person, Sex
from rareplan.read.case_file import CaseDetails, read_case_file
from rareplan.read.guess_assembly import guess_assembly
from rareplan.read.hpo_file import RawTerm, read_terms, resolve_terms
from rareplan.read.ped import build_pedigree, read_ped
from rareplan.read.phenopacket import read_phenopacket
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


def _headers(paths: Sequence[Path]) -> tuple[list[VcfHeader], list[Fault]]:
    headers: list[VcfHeader] = []
    faults: list[Fault] = []
    for path in paths:
        header, found = read_header(path)
        faults += found
        if header is not None:
            headers.append(header)
    return headers, faults


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


def read_case(paths: CasePaths, kb: KnowledgeBase) -> Case:
    """Read and validate everything.

    Raises:
        InputError: carries every fault of every file.
    """
    headers, faults = _headers(paths.vcfs)
    assembly: Assembly | None = None
    told: list[str] = []
    if headers:
        assembly, found, told = _assembly(headers, paths.assembly, kb)
        faults += found
    details, found = _details(paths.case)
    faults += found
    raw, found = _raw_terms(paths, details)
    faults += found
    terms, found, notices = resolve_terms(raw, ontology(kb))
    faults += found
    if raw and not faults and paths.phenotype_needed and not any(not t.excluded for t in terms):
        faults.append(
            Fault("phenotype", "no observed HPO term", "at least one", "Add what the patient has.")
        )
    if paths.targets is not None and not paths.targets.is_file():
        faults.append(Fault(paths.targets.name, "no such file", "a BED file", "Check --targets."))
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
        evidence=details.evidence,
        targets=paths.targets,
        notices=(*told, *notices),
    )
