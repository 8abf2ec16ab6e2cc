"""What a file that should be a VCF really is: compression, wholeness, other formats."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from rareplan.errors import Fault
from rareplan.read.text_file import place_fault

# The empty block that every whole BGZF file ends with (SAM specification 4.1.2).
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_LOOKED_AT = 1 << 16
_EXPORT = "Give the VCF itself."
# First bytes of formats that come instead of a VCF: as they stand, and inside gzip.
_OUTSIDE = (
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data", "Unpack it (zstd -d) and use bgzip."),
    (b"PK\x03\x04", "a zip archive or an Excel file", "Unpack it (unzip), or export a VCF."),
    (b"BZh", "bzip2-compressed data", "Unpack it (bunzip2) and use bgzip."),
    (b"\xfd7zXZ\x00", "xz-compressed data", "Unpack it (unxz) and use bgzip."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and give the VCF inside."),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8."),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8."),
    (b"CRAM", "a CRAM of reads", "Call variants first."),
    (b"%PDF", "a PDF", _EXPORT),
)
_INSIDE = (
    (b"BCF\x02", "a BCF", "Convert it: bcftools view -Oz -o FILE.vcf.gz FILE.bcf"),
    (b"BCF\x04", "a BCF", "Convert it: bcftools view -Oz -o FILE.vcf.gz FILE.bcf"),
    (b"BAM\x01", "a BAM of reads", "Call variants first."),
    (b"TBI\x01", "a tabix index", "Leave the index out: it is found beside its VCF."),
    (b"CSI\x01", "a CSI index", "Leave the index out: it is found beside its VCF."),
    (b"\xef\xbb\xbf##fileformat", "a byte-order mark before the VCF",
     "Save it as UTF-8 without a byte-order mark (tail -c +4 FILE > NEW)."),
    (b">", "FASTA", "Call variants first."),
    (b"{", "JSON", "A phenopacket belongs to --case."),
)  # fmt: skip


def compression(path: Path) -> str:
    """``none``, ``gzip`` or ``bgzip``, by the first bytes."""
    with path.open("rb") as handle:
        head = handle.read(18)
    if head[:2] != b"\x1f\x8b":
        return "none"
    is_bgzip = len(head) >= 16 and head[3] & 4 and head[12:14] == b"BC"
    return "bgzip" if is_bgzip else "gzip"


def container_faults(path: Path) -> list[Fault]:
    """Why a path holds no VCF that could be read, container only."""
    missing = place_fault(path, "a VCF file", "the path")
    if missing is not None:
        return [missing]
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            handle.seek(max(0, size - len(BGZF_EOF)))
            tail = handle.read()
        kind = compression(path)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        return [Fault(name, found, "a readable VCF file", "Check its permissions.")]
    if size == 0:
        return [Fault(name, "an empty file", "a VCF file", "Export the VCF again.")]
    if kind == "bgzip" and tail != BGZF_EOF:
        return [
            Fault(name, "a bgzip file without its end marker (truncated)", "a whole bgzip file",
                  "Copy or export the file again.")
        ]  # fmt: skip
    found_other = _other_format(path, kind)
    return [Fault(name, found_other[0], "a VCF file", found_other[1])] if found_other else []


def _first_bytes(path: Path, kind: str) -> bytes:
    try:
        with path.open("rb") if kind == "none" else gzip.open(path, "rb") as handle:
            return handle.read(_LOOKED_AT)
    except (EOFError, zlib.error, OSError):
        return b""  # damaged: worded by who reads on


def _other_format(path: Path, kind: str) -> tuple[str, str] | None:
    """What it is and what to do; None for what may be a VCF."""
    head = _first_bytes(path, kind)
    for magic, found, action in (*(_OUTSIDE if kind == "none" else ()), *_INSIDE):
        if head.startswith(magic):
            return found, action
    if head[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML)", "Download the file again: it may hold an error message."
    if head.startswith(b"##fileformat=VCF") and b"\r" in head and b"\n" not in head:
        return "line ends of an old Mac (CR alone)", "Convert it: tr '\\r' '\\n' < FILE > NEW"
    if not head and kind != "none" and path.stat().st_size < _LOOKED_AT and _unpacks_empty(path):
        return "an empty file", "Export the VCF again."
    return None


def _unpacks_empty(path: Path) -> bool:
    try:
        return gzip.decompress(path.read_bytes()) == b""
    except (EOFError, zlib.error, OSError):
        return False
