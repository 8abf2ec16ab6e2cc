"""Builds small VCF files by code, so that tests state their records instead of shipping files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rareplan.model.genome import Assembly, Contig

FORMATS = {
    "GT": ("1", "String"),
    "AD": ("R", "Integer"),
    "DP": ("1", "Integer"),
    "GQ": ("1", "Integer"),
    "PL": ("G", "Integer"),
    "PS": ("1", "Integer"),
    "PGT": ("1", "String"),
    "PID": ("1", "String"),
    "CN": ("1", "Integer"),
    "AF": ("A", "Float"),
}
INFOS = {
    "AC": ("A", "Integer"),
    "AN": ("1", "Integer"),
    "AF": ("A", "Float"),
    "DP": ("1", "Integer"),
    "END": ("1", "Integer"),
    "SVTYPE": ("1", "String"),
    "SVLEN": ("A", "Integer"),
    "CN": ("1", "Integer"),
    "gnomAD_AF": ("A", "Float"),
    "gnomAD_grpmax_AF": ("A", "Float"),
    "gnomAD_nhomalt": ("A", "Integer"),
    "CSQ": (".", "String"),
    "ANN": (".", "String"),
    "BCSQ": (".", "String"),
}


@dataclass
class VcfBuilder:
    """Collects records and writes them as text, bgzip or bgzip with an index.

    ``add`` takes one call per sample. A call is a string: ``"0/1"`` gets plausible GQ, DP and
    AD (``gq``, ``dp`` of the builder, reads split evenly); ``"0/1:12,9:21:99"`` is written as
    GT:AD:DP:GQ; with ``keys`` given, the text is written as it is.
    """

    samples: Sequence[str] = ("proband",)
    assembly: Assembly = Assembly.GRCH38
    prefix: str = "chr"
    gq: int = 60
    dp: int = 30
    contigs: bool = True
    extra_header: list[str] = field(default_factory=list)
    info_ids: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(INFOS))
    lines: list[str] = field(default_factory=list)

    def contig_name(self, name: str) -> str:
        """Name with this file's prefix; ``chrM`` for MT in the UCSC style."""
        if name in {"MT", "M"} and self.prefix:
            return f"{self.prefix}M"
        return f"{self.prefix}{name}"

    def add(
        self,
        chrom: str,
        pos: int,
        ref: str,
        alt: str,
        *calls: str,
        info: Mapping[str, object] | None = None,
        keys: str = "",
        filters: str = "PASS",
        qual: str = "100",
        id_: str = ".",
    ) -> VcfBuilder:
        """One record; ``alt`` may hold several alleles, separated by commas. Returns self."""
        if len(calls) != len(self.samples):
            raise ValueError(f"{len(calls)} calls for {len(self.samples)} samples")
        n_alt = 0 if alt == "." else len(alt.split(","))
        wide = calls if keys else tuple(self._call(c, n_alt) for c in calls)
        text = ";".join(k if v is True else f"{k}={_text(v)}" for k, v in (info or {}).items())
        fixed = [self.contig_name(chrom), str(pos), id_, ref, alt, qual, filters, text or "."]
        self.lines.append("\t".join([*fixed, keys or "GT:AD:DP:GQ", *wide]))
        return self

    def _call(self, call: str, n_alt: int) -> str:
        if ":" in call:
            return call
        haplotypes = call.replace("|", "/").split("/")
        if all(h == "." for h in haplotypes):
            return f"{call}:{','.join('.' * (n_alt + 1))}:.:."
        known = [int(h) for h in haplotypes if h != "."]
        reads = [0] * (n_alt + 1)
        for haplotype in known:
            if haplotype <= n_alt:
                reads[haplotype] += self.dp // len(known)
        return f"{call}:{','.join(map(str, reads))}:{self.dp}:{self.gq}"

    def header(self) -> list[str]:
        """Header lines with the column line."""
        lines = ["##fileformat=VCFv4.2", '##FILTER=<ID=PASS,Description="passed">']
        lines += ['##FILTER=<ID=LowQual,Description="low quality">']
        if self.contigs:
            for contig, length in self.assembly.lengths.items():
                name = self.contig_name(contig.bare if contig is not Contig.MT else "MT")
                lines.append(f"##contig=<ID={name},length={length}>")
        for id_, (number, kind) in self.info_ids.items():
            text = "Consequence. Format: Allele|Consequence|SYMBOL" if id_ == "CSQ" else id_
            lines.append(f'##INFO=<ID={id_},Number={number},Type={kind},Description="{text}">')
        lines += [
            f'##FORMAT=<ID={i},Number={n},Type={t},Description="{i}">'
            for i, (n, t) in FORMATS.items()
        ]
        columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
        return [*lines, *self.extra_header, "\t".join([*columns, *self.samples])]

    def text(self) -> str:
        """The whole file."""
        return "\n".join([*self.header(), *self.lines]) + "\n"

    def write(self, path: Path, *, index: bool = False) -> Path:
        """Write; bgzip when the name ends in ``.gz``, with a tabix index on request."""
        if path.suffix != ".gz":
            path.write_text(self.text(), "utf-8")
            return path
        import pysam

        with pysam.BGZFile(str(path), "wb") as handle:
            handle.write(self.text().encode())
        if index:
            pysam.tabix_index(str(path), preset="vcf", force=True)
        return path


def _text(value: object) -> str:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    return ",".join(map(str, value))


def ped_text(rows: Iterable[tuple[str, str, str, str, int, int]]) -> str:
    """Six-column PED text of (family, id, father, mother, sex, phenotype)."""
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


TRIO_PED = ped_text(
    [
        ("fam", "proband", "father", "mother", 1, 2),
        ("fam", "father", "0", "0", 1, 1),
        ("fam", "mother", "0", "0", 2, 1),
    ]
)
