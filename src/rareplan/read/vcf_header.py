"""Pre-flight of a VCF: every fault of its container and header, found before any work.

Formats: VCF 4.2 to 4.4 specifications (hts-specs), BGZF in the SAM specification section 4.1.
Record-level faults are found by the batch reader, which also reports all of them at once.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rareplan.errors import Fault
from rareplan.model.genome import Assembly, detect_assembly
from rareplan.read.container import compression as compression_of
from rareplan.read.container import container_faults
from rareplan.read.header_fields import field_faults
from rareplan.read.header_notices import foreign_fault, header_notices
from rareplan.read.text_file import listed

FIXED_COLUMNS = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
MAX_HEADER_BYTES = 64 << 20


@dataclass(frozen=True)
class VcfHeader:
    """What the header of one VCF says. ``text`` is the header without the column line."""

    path: Path
    text: str
    samples: tuple[str, ...]
    contig_lengths: dict[str, int]
    assemblies: frozenset[Assembly]
    compression: str  # "none", "gzip", "bgzip"
    reference: str = ""
    columns: str = ""
    """The ``#CHROM`` line."""
    notices: tuple[str, ...] = ()


@dataclass
class _Scan:
    lines: list[str] = field(default_factory=list)
    columns: str = ""


def _text_lines(path: Path, compression: str) -> Iterator[str]:
    with path.open("rb") if compression == "none" else gzip.open(path, "rb") as handle:
        used = 0
        while True:
            raw = handle.readline(1 << 20)
            if not raw:
                return
            used += len(raw)
            if used > MAX_HEADER_BYTES:
                return
            yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _scan_header(path: Path, compression: str) -> _Scan:
    scan = _Scan()
    for line in _text_lines(path, compression):
        if line.startswith("##"):
            scan.lines.append(line)
            continue
        if line.startswith("#"):
            scan.columns = line
        break
    return scan


def _tag_value(line: str, tag: str) -> str:
    """Value of ``tag`` in a structured header line such as ``##contig=<ID=1,length=9>``."""
    body = line[line.find("<") + 1 : line.rfind(">")]
    for part in body.split(","):
        key, _, value = part.partition("=")
        if key.strip() == tag:
            return value.strip().strip('"')
    return ""


def _contig_lengths(lines: list[str]) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for line in lines:
        if line.startswith("##contig=<"):
            size = _tag_value(line, "length")
            if size.isdigit():
                lengths[_tag_value(line, "ID")] = int(size)
    return lengths


def _assembly_of_words(text: str) -> set[Assembly]:
    """Assembly named in ``##reference`` or ``##contig assembly=``; weaker than lengths."""
    words = text.lower()
    found: set[Assembly] = set()
    if any(word in words for word in ("grch38", "hg38", "b38", "hs38", "assembly38")):
        found.add(Assembly.GRCH38)
    if any(word in words for word in ("grch37", "hg19", "b37", "hs37", "g1k_v37", "hg37")):
        found.add(Assembly.GRCH37)
    return found


def _column_faults(name: str, columns: str, *, sites_only: bool = False) -> list[Fault]:
    if not columns:
        return [
            Fault(name, "no #CHROM line", "a VCF column line", "Is this a VCF? Export it again.")
        ]
    parts = columns.split("\t")
    if tuple(parts[:8]) != FIXED_COLUMNS:
        return [
            Fault(
                name,
                "a column line that is not VCF's",
                "tab-separated " + " ".join(FIXED_COLUMNS),
                "Export the VCF again; spaces instead of tabs are a common cause.",
            )
        ]
    if len(parts) < 10 and not sites_only:
        return [
            Fault(
                name,
                "no sample columns",
                "FORMAT and at least one sample",
                "Give a VCF with genotypes, not a sites-only VCF.",
            )
        ]
    twice = [s for s, n in Counter(parts[9:]).items() if n > 1]
    if twice:
        return [
            Fault(
                name,
                f"{len(twice)} sample name(s) more than once: {listed(twice)}",
                "unique sample names",
                "Rename the samples in the VCF (bcftools reheader).",
            )
        ]
    odd = [s for s in parts[9:] if "\ufffd" in s or s != s.strip() or not s]
    if odd:
        return [
            Fault(
                name,
                f"{len(odd)} sample name(s) that are empty, not UTF-8 or end in a space: "
                f"{listed(odd)}",
                "plain sample names",
                "Rename the samples in the VCF (bcftools reheader).",
            )
        ]
    return []


def _version_faults(name: str, first: str) -> list[Fault]:
    """Versions before 4.0 write alleles in another way."""
    version = first.removeprefix("##fileformat=VCFv")
    if version.startswith("4"):
        return []
    told = f"{first[2:40]}"
    return [Fault(f"{name} line 1", told, "VCF 4.0 to 4.4", "Convert it (vcf-convert).")]


def read_header(path: Path, *, sites_only: bool = False) -> tuple[VcfHeader | None, list[Fault]]:
    """Header of one VCF and all its faults; the header is None when it cannot be read.

    With ``sites_only`` a VCF without sample columns is as good as any other.
    """
    faults = container_faults(path)
    if faults:
        return None, faults
    compression = compression_of(path)
    try:
        scan = _scan_header(path, compression)
    except (EOFError, zlib.error, gzip.BadGzipFile, OSError):
        return None, [
            Fault(
                path.name,
                "damaged gzip data",
                "a whole gzip or bgzip file",
                "Copy or export the file again.",
            )
        ]
    if not scan.lines or not scan.lines[0].startswith("##fileformat=VCF"):
        return None, [
            Fault(
                path.name,
                "no ##fileformat=VCF line at the top",
                "a VCF file",
                "Give a VCF; BCF, BAM, FASTA or a table will not do.",
            )
        ]
    columns = _column_faults(path.name, scan.columns, sites_only=sites_only)
    faults = columns or [
        *_version_faults(path.name, scan.lines[0]),
        *field_faults(path.name, scan.lines),
    ]
    if faults:
        return None, faults
    lengths = _contig_lengths(scan.lines)
    reference = next((li[12:] for li in scan.lines if li.startswith("##reference=")), "")
    found = detect_assembly(lengths)
    notices = header_notices(path.name, scan.lines, lengths, found, _assembly_of_words(reference))
    if not found:
        foreign = foreign_fault(path.name, lengths)
        if foreign is not None:
            return None, [foreign]
        tags = " ".join(
            _tag_value(li, "assembly") for li in scan.lines if li.startswith("##contig=<")
        )
        found = _assembly_of_words(f"{reference} {tags}")
    return VcfHeader(
        path=path,
        text="\n".join(scan.lines),
        samples=tuple(scan.columns.split("\t")[9:]),
        contig_lengths=lengths,
        assemblies=frozenset(found),
        compression=compression,
        reference=reference,
        columns=scan.columns,
        notices=notices,
    ), []


def header_text(path: Path) -> str:
    """Meta lines of a VCF that was read before; empty when it cannot be read any more."""
    header, _ = read_header(path)
    return header.text if header is not None else ""


def settle_assembly(headers: list[VcfHeader], wanted: str) -> tuple[Assembly | None, list[Fault]]:
    """The one assembly of all files, checked against ``--assembly`` (``auto`` or a name)."""
    found = sorted({a for h in headers for a in h.assemblies}, key=lambda a: a.value)
    names = ", ".join(h.path.name for h in headers)
    if len(found) > 1:
        return None, [
            Fault(
                names,
                "contigs of GRCh37 and of GRCh38",
                "one assembly",
                "Call or lift all samples on the same reference first.",
            )
        ]
    if wanted == "auto":
        if found:
            return found[0], []
        return None, [
            Fault(
                names,
                "no contig length or reference that tells the assembly",
                "GRCh37 or GRCh38",
                "Say which with --assembly GRCh37 or --assembly GRCh38.",
            )
        ]
    chosen = Assembly(wanted)
    if found and found[0] is not chosen:
        return None, [
            Fault(
                names,
                f"a header of {found[0].value}",
                f"{chosen.value} as --assembly says",
                "Drop --assembly, or give the right file.",
            )
        ]
    return chosen, []
