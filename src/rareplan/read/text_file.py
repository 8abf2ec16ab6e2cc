"""Small text files that people hand in: read whole, or told why that cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from rareplan.errors import Fault

_ADDRESSES = ("http:", "https:", "ftp:", "s3:", "gs:", "az:", "drs:", "file:")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SHOWN = 60
# First bytes of what is given in place of a text file, and what to do with it.
_CONTAINERS = (
    (b"PK\x03\x04", "a zip archive (xlsx and docx are such)", "Export it as plain text."),
    (b"\x1f\x8b", "gzip-compressed data", "Unpack it (gunzip)."),
    (b"%PDF", "a PDF", "Copy the text into a plain file."),
    (b"{\\rtf", "rich text (RTF)", "Save it as plain text."),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "Export it as plain text."),
)


def address_fault(path: Path, expected: str) -> Fault | None:
    """A web or cloud address in place of a file; nothing is ever fetched."""
    if path.parts and path.parts[0] in _ADDRESSES:
        shown = str(path).replace(":/", "://", 1)
        return Fault(shown, "an address", f"{expected} on this machine", "Download it first.")
    return None


def place_fault(path: Path, expected: str, option: str) -> Fault | None:
    """Why there is no regular, readable file at ``path``; None when there is one."""
    fault = address_fault(path, expected)
    try:
        if fault is not None or path.is_file():
            return fault
        found, action = "no such file", f"Check {option}."
        if str(path) == "-":
            found, action = "standard input", "Write it to a file first."
        elif path.is_dir():
            found, action = "a folder", "Give the file inside it."
        elif path.is_symlink():
            found, action = "a link to no such file", "Mend the link."
        elif path.exists():
            return None  # a pipe or device: read as it comes
        return Fault(path.name or str(path), found, expected, action)
    except OSError as error:
        shown = path.name if len(path.name) < _SHOWN else f"{path.name[:_SHOWN]}..."
        return Fault(shown, f"no such file ({error.strerror})", expected, f"Check {option}.")


def read_text(path: Path, expected: str, option: str, most: int) -> tuple[str, list[Fault]]:
    """The text of a UTF-8 file without its byte-order mark, or the fault.

    Args:
        expected: what the file should be, as ``a PED file``.
        option: where the user named it, as ``--ped``.
        most: bytes at which it is surely another file.
    """
    fault = place_fault(path, expected, option)
    if fault is not None:
        return "", [fault]
    name = path.name
    try:
        if path.stat().st_size > most:
            found = f"a file over {most >> 20} MB"
            return "", [Fault(name, found, expected, "Is this the right file?")]
        return _decoded(name, path.read_bytes(), expected)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        return "", [Fault(name, found, expected, "Check its permissions.")]


def _decoded(name: str, data: bytes, expected: str) -> tuple[str, list[Fault]]:
    for magic, found, action in _CONTAINERS:
        if data.startswith(magic):
            return "", [Fault(name, found, expected, action)]
    if data.startswith(_UTF16):
        return "", [Fault(name, "UTF-16 text", f"{expected} in UTF-8", "Save it as UTF-8.")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = "bytes that are not text in UTF-8"
        action = "Save it as UTF-8, or give the right file."
        return "", [Fault(f"{name} line {line}", found, expected, action)]


def nearest(word: str, known: Sequence[str]) -> str:
    """The name that was probably meant: alike but for case and marks, else alike; or ""."""

    def bare(text: str) -> str:
        return "".join(c for c in text.casefold() if c.isalnum())

    for name in known:
        if bare(name) == bare(word) and bare(word):
            return name
    close = get_close_matches(word.casefold(), [k.casefold() for k in known], 1, 0.6)
    return next((k for k in known if close and k.casefold() == close[0]), "")


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names for a message, cut when there are many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"'{n[:40]}'" for n in names[:most]) + more
