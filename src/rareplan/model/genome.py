"""Facts of a genome: assemblies, contigs, lengths, pseudoautosomal regions.

All coordinates are 1-based and inclusive, as in a VCF. Contigs are small integers in hot
paths: 1-22 the autosomes, 23 X, 24 Y, 25 the mitochondrion, 0 anything else.

Lengths: NCBI assembly reports GCF_000001405.25 (GRCh37.p13) and GCF_000001405.40
(GRCh38.p14). Pseudoautosomal regions: Genome Reference Consortium, human PAR page.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple


class Contig(IntEnum):
    """Chromosome codes; 1-22 are plain integers of the same enum."""

    OTHER = 0
    CHR1 = 1
    CHR2 = 2
    CHR3 = 3
    CHR4 = 4
    CHR5 = 5
    CHR6 = 6
    CHR7 = 7
    CHR8 = 8
    CHR9 = 9
    CHR10 = 10
    CHR11 = 11
    CHR12 = 12
    CHR13 = 13
    CHR14 = 14
    CHR15 = 15
    CHR16 = 16
    CHR17 = 17
    CHR18 = 18
    CHR19 = 19
    CHR20 = 20
    CHR21 = 21
    CHR22 = 22
    X = 23
    Y = 24
    MT = 25

    @property
    def bare(self) -> str:
        """Name without prefix: ``1`` .. ``22``, ``X``, ``Y``, ``MT``; ``other`` for code 0."""
        if self is Contig.OTHER:
            return "other"
        return str(int(self)) if self <= Contig.CHR22 else self.name

    @property
    def ucsc(self) -> str:
        """Name with prefix: ``chr1`` .. ``chrX``, ``chrY``, ``chrM``."""
        return "chrM" if self is Contig.MT else f"chr{self.bare}"


class Interval(NamedTuple):
    """A 1-based inclusive interval on one contig."""

    contig: Contig
    start: int
    end: int


_NUCLEAR_37 = (
    249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
    141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
    81195210, 78077248, 59128983, 63025520, 48129895, 51304566, 155270560, 59373566,
)  # fmt: skip
_NUCLEAR_38 = (
    248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
    138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
    83257441, 80373285, 58617616, 64444167, 46709983, 50818468, 156040895, 57227415,
)  # fmt: skip
_RCRS_LENGTH = 16569
_HG19_CHRM_LENGTH = 16571


class Assembly(Enum):
    """A human reference assembly."""

    GRCH37 = "GRCh37"
    GRCH38 = "GRCh38"

    @property
    def lengths(self) -> dict[Contig, int]:
        """Length of each primary contig (MT is rCRS in both)."""
        nuclear = _NUCLEAR_37 if self is Assembly.GRCH37 else _NUCLEAR_38
        lengths = {Contig(code): size for code, size in enumerate(nuclear, start=1)}
        lengths[Contig.MT] = _RCRS_LENGTH
        return lengths

    @property
    def pseudoautosomal(self) -> tuple[Interval, ...]:
        """PAR1 and PAR2 on X and Y; males are diploid there."""
        if self is Assembly.GRCH37:
            return (
                Interval(Contig.X, 60001, 2699520),
                Interval(Contig.X, 154931044, 155260560),
                Interval(Contig.Y, 10001, 2649520),
                Interval(Contig.Y, 59034050, 59363566),
            )
        return (
            Interval(Contig.X, 10001, 2781479),
            Interval(Contig.X, 155701383, 156030895),
            Interval(Contig.Y, 10001, 2781479),
            Interval(Contig.Y, 56887903, 57217415),
        )

    @property
    def hgvs_accessions(self) -> dict[Contig, str]:
        """RefSeq accession of each contig, for HGVS g. and m. names."""
        versions = _REFSEQ_VERSIONS_37 if self is Assembly.GRCH37 else _REFSEQ_VERSIONS_38
        names = {
            Contig(code): f"NC_{code:06d}.{version}"
            for code, version in enumerate(versions, start=1)
        }
        names[Contig.MT] = "NC_012920.1"
        return names


_REFSEQ_VERSIONS_37 = (
    10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9,
)  # fmt: skip
_REFSEQ_VERSIONS_38 = (
    11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10,
)  # fmt: skip

_NAMES: dict[str, Contig] = {"M": Contig.MT, "MT": Contig.MT}
for _contig in Contig:
    if _contig is not Contig.OTHER:
        _NAMES[_contig.bare] = _contig
for _assembly in Assembly:
    for _contig, _accession in _assembly.hgvs_accessions.items():
        _NAMES[_accession.upper()] = _contig


def contig_from_name(name: str) -> Contig:
    """Contig of a VCF or user-given name in any usual style (``1``, ``chr1``, ``NC_000001.11``).

    Unknown, decoy and alternate contigs are :attr:`Contig.OTHER`.
    """
    upper = name.strip().upper()
    upper = upper.removeprefix("CHR")
    return _NAMES.get(upper, Contig.OTHER)


def in_pseudoautosomal(assembly: Assembly, contig: Contig, position: int) -> bool:
    """Whether a 1-based position lies in PAR1 or PAR2 of X or Y."""
    return any(
        par.contig is contig and par.start <= position <= par.end
        for par in assembly.pseudoautosomal
    )


def detect_assembly(contig_lengths: dict[str, int]) -> set[Assembly]:
    """Assemblies that the given header contig lengths point to.

    Empty when no primary nuclear contig has a known length; two entries mean the header
    mixes assemblies. hg19's 16,571-base chrM counts for GRCh37.
    """
    found: set[Assembly] = set()
    for name, length in contig_lengths.items():
        contig = contig_from_name(name)
        if contig is Contig.OTHER:
            continue
        if contig is Contig.MT:
            if length == _HG19_CHRM_LENGTH:
                found.add(Assembly.GRCH37)
            continue
        found.update(a for a in Assembly if a.lengths[contig] == length)
    return found
