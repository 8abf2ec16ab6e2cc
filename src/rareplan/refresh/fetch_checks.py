"""What a fetched file must be before it replaces the old one, and how pages are read."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from rareplan.errors import NetworkError
from rareplan.refresh.faults import SourceError

if TYPE_CHECKING:
    import requests

_CHUNK = 1 << 20
_MOST_UNPACKED = 100
"""Times its packed size; the sources' files unpack to 5 to 30 times, a bomb to 1,000."""
_SMALL = 64 << 20
_OWN_MACHINE = {"127.0.0.1", "::1", "localhost"}


def refuse_plain(url: str) -> None:
    """Only https is spoken, also after a redirect; a server on this machine may do without.

    Raises:
        NetworkError: another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _OWN_MACHINE):
        raise NetworkError(f"{parts.netloc or 'an address'} is not https: refused")


def bounded_body(answer: requests.Response, most: int) -> bytes:
    """The whole body of an answer that must be small.

    Raises:
        SourceError: it is larger.
    """
    body = b""
    for chunk in answer.iter_content(_CHUNK):
        body += chunk
        if len(body) > most:
            raise SourceError(f"{answer.url} is larger than the {most} bytes allowed")
    return body


def check_gzip(path: Path) -> None:
    """Read a gzip file to its end.

    Raises:
        SourceError: it is not gzip, cut short, damaged, or unpacks to far too much.
    """
    most, unpacked = max(_MOST_UNPACKED * path.stat().st_size, _SMALL), 0
    try:
        with gzip.open(path, "rb") as handle:
            while unpacked <= most and (chunk := handle.read(_CHUNK)):
                unpacked += len(chunk)
    except (EOFError, OSError, zlib.error) as error:
        path.unlink(missing_ok=True)
        raise SourceError(f"a gzip file is cut short or damaged ({error})") from error
    if unpacked > most:
        path.unlink(missing_ok=True)
        raise SourceError(f"a gzip file unpacks to more than {_MOST_UNPACKED} times its size")


def check_sum(part: Path, text: str, address: str) -> None:
    """Compare a file with the MD5 or SHA-256 in a checksum file.

    Raises:
        SourceError: another checksum, or none in the text; the file is removed.
    """
    found = re.search(r"\b([0-9a-f]{64}|[0-9a-f]{32})\b", text.lower())
    if not found:
        raise SourceError(f"{address} holds no checksum")
    kind = "sha256" if len(found.group(1)) == 64 else "md5"
    with part.open("rb") as handle:
        digest = hashlib.file_digest(handle, kind).hexdigest()
    if digest != found.group(1):
        part.unlink(missing_ok=True)
        raise SourceError(f"the {kind} checksum in {address} is another than the file's")


def page_of(page: Any, key: str) -> tuple[list[Any], str, str]:
    """Records, next-page token and next-page address of one JSON page.

    ``key`` is ``records:token`` with dotted paths; a token with a slash is an address.
    """
    record_key, _, token_key = key.partition(":")
    records, token = page, page
    for name in record_key.split("."):
        records = records.get(name, []) if isinstance(records, dict) else []
    for name in token_key.split("."):
        token = token.get(name) if isinstance(token, dict) else None
    text = str(token or "")
    return list(records), "" if "/" in text else text, text if "/" in text else ""


def with_token(url: str, token: str) -> str:
    """The address of the next page; empty without a token."""
    if not token:
        return ""
    return f"{url}{'&' if '?' in url else '?'}pageToken={quote(token)}"


def json_of(body: bytes, url: str) -> Any:
    """The JSON of an answer.

    Raises:
        SourceError: it is not JSON.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise SourceError(f"{url} did not answer with JSON ({error})") from error
