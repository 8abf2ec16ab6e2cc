"""Fetching files politely: only what changed, resumed when cut, never larger than allowed.

A file and its state (ETag, Last-Modified, hash) live in the download cache. A new file replaces
the old one only when it is whole, of an allowed size, and has the upstream's checksum.
"""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from rareplan import __version__
from rareplan.errors import NetworkError
from rareplan.provenance import sha256_file
from rareplan.refresh.faults import SourceError
from rareplan.refresh.spec import SourceFile

CHUNK = 1 << 20
NETWORK_CHUNK = 1 << 16
"""What is lost at most when a connection breaks: it comes again on resuming."""
_RETRY = {408, 425, 429, 500, 502, 503, 504}
_FAILURES = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
Progress = Callable[[str, int, int], None]
"""Called with a file's name, bytes so far, and bytes in all (0 when unknown)."""


@dataclass(frozen=True)
class Fetched:
    """A file in the cache and what is known of it."""

    path: Path
    url: str
    sha256: str
    version: str = ""
    modified: str = ""
    """ISO date of Last-Modified, or of the copy in a mirror folder."""
    transferred: int = 0
    changed: bool = False
    opener: Callable[[], Any] | None = None
    """Opens the bytes of a file that is never stored."""


@dataclass(frozen=True)
class _State:
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    bytes: int = -1
    version: str = ""


@dataclass(frozen=True)
class Politeness:
    """How requests behave: seconds and counts."""

    connect_timeout: float = 20.0
    read_timeout: float = 120.0
    retries: int = 5
    backoff: float = 1.0
    max_backoff: float = 60.0


def _silent(_name: str, _done: int, _all: int) -> None:
    """No progress."""


class Fetcher:
    """Fetches into one cache folder; with ``mirror`` set it never touches the network.

    Proxies are those of the environment (``HTTPS_PROXY``, ``NO_PROXY``).
    """

    def __init__(
        self,
        cache: Path,
        *,
        mirror: Path | None = None,
        politeness: Politeness | None = None,
        progress: Progress = _silent,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.cache = cache
        self.mirror = mirror
        self.politeness = politeness or Politeness()
        self.progress = progress
        self.sleep = sleep
        self.session = requests.Session()
        self.session.headers["User-Agent"] = f"rareplan/{__version__} (knowledge refresh)"
        self.requests = 0

    def fetch(self, source: str, file: SourceFile) -> Fetched:
        """Bring one file up to date.

        Raises:
            NetworkError: no address gave it.
            SourceError: what came is too large, cut, or has another checksum.
        """
        folder = self.cache / source
        folder.mkdir(parents=True, exist_ok=True)
        if file.stream:
            return self._streamed(source, file)
        if self.mirror is not None:
            return self._from_mirror(folder, source, file)
        if file.url.startswith("mirror:"):
            raise NetworkError(f"{source}/{file.id} comes only from a mirror folder (--from)")
        errors = []
        for address in (file.url, *file.mirrors):
            try:
                url, version = self._locate(address, file)
                return self._from_network(folder, file, url, version)
            except NetworkError as error:
                errors.append(str(error))
        raise NetworkError("; ".join(errors))

    def _locate(self, address: str, file: SourceFile) -> tuple[str, str]:
        """The address of the newest file that a listing names, and its version."""
        if not file.pattern:
            return address, ""
        with self._get(address, {}) as answer:
            listing = answer.text
        names = {m.group(0): m.group(1) for m in re.finditer(file.pattern, listing)}
        if not names:
            raise SourceError(f"{address} lists no file like {file.pattern}")
        newest = max(names, key=lambda name: [int(n) for n in re.findall(r"\d+", names[name])])
        return urljoin(address, quote(newest)), names[newest]

    @contextmanager
    def _get(self, url: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        polite, error = self.politeness, ""
        for attempt in range(polite.retries + 1):
            if attempt:
                self.sleep(min(polite.backoff * 2 ** (attempt - 1), polite.max_backoff))
            self.requests += 1
            try:
                answer = self.session.get(
                    url,
                    headers=headers,
                    stream=True,
                    timeout=(polite.connect_timeout, polite.read_timeout),
                )
            except _FAILURES as failure:
                error = type(failure).__name__
                continue
            if answer.status_code in _RETRY:
                error = f"status {answer.status_code}"
                self._wait_as_told(answer)
                answer.close()
                continue
            if answer.status_code >= 400 and answer.status_code != 416:
                answer.close()
                raise NetworkError(f"{urlsplit(url).netloc} answered {answer.status_code} to {url}")
            with answer:
                yield answer
            return
        raise NetworkError(f"{url} could not be fetched after {polite.retries + 1} tries ({error})")

    def _wait_as_told(self, answer: requests.Response) -> None:
        told = answer.headers.get("Retry-After", "")
        if told.isdigit():
            self.sleep(min(float(told), self.politeness.max_backoff))

    def _from_network(self, folder: Path, file: SourceFile, url: str, version: str) -> Fetched:
        path, state = folder / file.id, _load_state(folder / f"{file.id}.json")
        whole = path.is_file() and path.stat().st_size == state.bytes and state.url == url
        if file.pages:
            return self._from_pages(folder, file, url, state, whole)
        part = folder / f"{file.id}.part"
        new, transferred = self._download(part, file, url, state if whole else _State(url=url))
        if new is None:
            return _known(path, state, transferred)
        self._check(part, file, url)
        new = replace(new, version=version, sha256=sha256_file(part), bytes=part.stat().st_size)
        part.replace(path)
        _save_state(folder / f"{file.id}.json", new)
        changed = new.sha256 != state.sha256
        return replace(_known(path, new, transferred), changed=changed)

    def _download(
        self, part: Path, file: SourceFile, url: str, known: _State
    ) -> tuple[_State | None, int]:
        """Fill ``part``; None when the file in the cache is still the newest."""
        resume = _load_state(part.with_suffix(".resume"))
        transferred = 0
        for _ in range(self.politeness.retries + 1):
            headers = _conditions(known)
            have = part.stat().st_size if part.is_file() and resume.url == url else 0
            mark = resume.etag or resume.last_modified
            if have and mark:
                headers = {"Range": f"bytes={have}-", "If-Range": mark}
            with self._get(url, headers) as answer:
                if answer.status_code == 304:
                    return None, transferred
                if answer.status_code == 416:
                    part.unlink(missing_ok=True)
                    continue
                resume = _State(
                    url,
                    answer.headers.get("ETag", ""),
                    answer.headers.get("Last-Modified", ""),
                )
                _save_state(part.with_suffix(".resume"), resume)
                start = have if answer.status_code == 206 else 0
                done, finished = self._receive(answer, part, file, start)
                transferred += done
                if finished:
                    part.with_suffix(".resume").unlink(missing_ok=True)
                    return resume, transferred
            self.sleep(self.politeness.backoff)
        raise NetworkError(f"{url} was cut off again and again")

    def _receive(
        self, answer: requests.Response, part: Path, file: SourceFile, start: int
    ) -> tuple[int, bool]:
        """Append the body to ``part``; bytes received, and whether all of it came."""
        expected = int(answer.headers.get("Content-Length", 0) or 0)
        encoded = bool(answer.headers.get("Content-Encoding"))
        done = 0
        if start + expected > file.max_bytes:
            part.unlink(missing_ok=True)
            raise SourceError(f"{answer.url} is larger than the {file.max_bytes} bytes allowed")
        with part.open("ab" if start else "wb") as handle:
            try:
                for chunk in answer.iter_content(NETWORK_CHUNK):
                    done += len(chunk)
                    if start + done > file.max_bytes:
                        handle.truncate(0)
                        raise SourceError(
                            f"{answer.url} is larger than the {file.max_bytes} bytes allowed"
                        )
                    handle.write(chunk)
                    self.progress(file.id, start + done, start + expected)
            except _FAILURES:
                return done, False
            finally:
                handle.flush()
                os.fsync(handle.fileno())
        return done, encoded or not expected or done == expected

    def _check(self, part: Path, file: SourceFile, url: str) -> None:
        if file.checksum_url:
            address = file.checksum_url.replace("{name}", Path(urlsplit(url).path).name)
            with self._get(urljoin(url, address), {}) as answer:
                _check_sum(part, answer.text, address)
        if file.gzip:
            check_gzip(part)

    def _from_pages(
        self, folder: Path, file: SourceFile, url: str, state: _State, whole: bool
    ) -> Fetched:
        """Join a paged JSON interface into one file of records."""
        records: list[Any] = []
        size, token, next_url = 0, "", url
        while next_url:
            with self._get(next_url, {}) as answer:
                body = answer.content
            size += len(body)
            if size > file.max_bytes:
                raise SourceError(f"{url} is larger than the {file.max_bytes} bytes allowed")
            page = _json(body, next_url)
            rows, token, follow = page_of(page, file.pages)
            records += rows
            next_url = urljoin(url, follow) if follow else _with_token(url, token)
            self.progress(file.id, size, 0)
        text = json.dumps(records, sort_keys=True, ensure_ascii=False).encode()
        digest = hashlib.sha256(text).hexdigest()
        path = folder / file.id
        if whole and digest == state.sha256:
            return _known(path, state, size)
        _write(path, text)
        new = _State(url=url, sha256=digest, bytes=len(text))
        _save_state(folder / f"{file.id}.json", new)
        return replace(_known(path, new, size), changed=True)

    def _streamed(self, source: str, file: SourceFile) -> Fetched:
        """What names the state of a file that is read while it comes and never stored."""
        if self.mirror is not None:
            given = _in_mirror(self.mirror / source, file)
            if given is None:
                raise NetworkError(f"the mirror has no file for {source}/{file.id}")
            size = given[0].stat().st_size
            mark = f"{given[0].name} {size} {given[0].stat().st_mtime_ns}"
            return Fetched(given[0], file.url, _digest(mark), opener=lambda: given[0].open("rb"))
        with self._get(file.url, {"Range": "bytes=0-0"}) as answer:
            when = answer.headers.get("Last-Modified", "")
            mark = answer.headers.get("ETag") or when
        if not mark:
            raise SourceError(f"{file.url} gives neither ETag nor Last-Modified")
        state = _State(file.url, last_modified=when, sha256=_digest(mark))
        known = _known(self.cache / source / file.id, state, 0)
        return replace(known, opener=lambda: ResumingReader(self, file.url, mark))

    def _from_mirror(self, folder: Path, source: str, file: SourceFile) -> Fetched:
        """A file that someone copied to ``mirror/<source>/``, under its own name or its id."""
        assert self.mirror is not None
        given = _in_mirror(self.mirror / source, file)
        if given is None:
            raise NetworkError(f"the mirror has no file for {source}/{file.id}")
        found, version = given
        if found.stat().st_size > file.max_bytes:
            raise SourceError(f"{found.name} is larger than the {file.max_bytes} bytes allowed")
        digest = sha256_file(found)
        state = _load_state(folder / f"{file.id}.json")
        path = folder / file.id
        if path.is_file() and digest == state.sha256 and path.stat().st_size == state.bytes:
            return _known(path, state, 0)
        part = folder / f"{file.id}.part"
        shutil.copyfile(found, part)
        if file.gzip:
            check_gzip(part)
        part.replace(path)
        when = email.utils.formatdate(found.stat().st_mtime, usegmt=True)
        new = _State(file.url, "", when, digest, path.stat().st_size, version)
        _save_state(folder / f"{file.id}.json", new)
        return replace(_known(path, new, 0), changed=True)


class ResumingReader(io.RawIOBase):
    """Bytes of an address from its beginning; a cut connection is taken up where it broke."""

    def __init__(self, fetcher: Fetcher, url: str, mark: str) -> None:
        super().__init__()
        self._fetcher, self._url, self._mark = fetcher, url, mark
        self._at, self._size, self._tries = 0, -1, 0
        self._open: AbstractContextManager[requests.Response] | None = None
        self._chunks: Iterator[bytes] = iter(())
        self._rest = b""

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        while not self._rest:
            if self._at == self._size:
                return 0
            try:
                self._rest = next(self._chunks, b"")
            except _FAILURES:
                self._rest = b""
            self._at += len(self._rest)
            if not self._rest and self._at != self._size:
                self._connect()
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _connect(self) -> None:
        self._tries += 1
        if self._tries > 1 + self._fetcher.politeness.retries:
            raise NetworkError(f"{self._url} was cut off again and again")
        self.close_connection()
        headers = {"Range": f"bytes={self._at}-", "If-Range": self._mark}
        self._open = self._fetcher._get(self._url, headers)
        answer = self._open.__enter__()
        if self._at and answer.status_code != 206:
            raise SourceError(f"{self._url} changed while it was being read")
        self._size = self._at + int(answer.headers.get("Content-Length", 0) or 0)
        self._chunks = answer.iter_content(NETWORK_CHUNK)

    def close_connection(self) -> None:
        """Let the connection go."""
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None

    def close(self) -> None:
        """Let the connection go and close."""
        self.close_connection()
        super().close()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _in_mirror(folder: Path, file: SourceFile) -> tuple[Path, str] | None:
    if (folder / file.id).is_file():
        return folder / file.id, ""
    if file.pattern and folder.is_dir():
        for path in sorted(folder.iterdir(), reverse=True):
            if match := re.fullmatch(file.pattern, path.name):
                return path, match.group(1)
    name = Path(urlsplit(file.url).path).name
    return (folder / name, "") if name and (folder / name).is_file() else None


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


def _with_token(url: str, token: str) -> str:
    if not token:
        return ""
    return f"{url}{'&' if '?' in url else '?'}pageToken={quote(token)}"


def _json(body: bytes, url: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise SourceError(f"{url} did not answer with JSON ({error})") from error


def _conditions(known: _State) -> dict[str, str]:
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value and known.bytes >= 0}


def _known(path: Path, state: _State, transferred: int) -> Fetched:
    when = email.utils.parsedate_to_datetime(state.last_modified) if state.last_modified else None
    return Fetched(
        path, state.url, state.sha256, state.version,
        when.date().isoformat() if when else "", transferred,
    )  # fmt: skip


def check_gzip(path: Path) -> None:
    """Read a gzip file to its end.

    Raises:
        SourceError: it is not gzip, cut short, or damaged.
    """
    try:
        with gzip.open(path, "rb") as handle:
            while handle.read(CHUNK):
                pass
    except (EOFError, OSError, zlib.error) as error:
        path.unlink(missing_ok=True)
        raise SourceError(f"a gzip file is cut short or damaged ({error})") from error


def _check_sum(part: Path, text: str, address: str) -> None:
    found = re.search(r"\b([0-9a-f]{64}|[0-9a-f]{32})\b", text.lower())
    if not found:
        raise SourceError(f"{address} holds no checksum")
    kind = "sha256" if len(found.group(1)) == 64 else "md5"
    with part.open("rb") as handle:
        digest = hashlib.file_digest(handle, kind).hexdigest()
    if digest != found.group(1):
        part.unlink(missing_ok=True)
        raise SourceError(f"the {kind} checksum in {address} is another than the file's")


def _write(path: Path, payload: bytes) -> None:
    part = path.with_suffix(path.suffix + ".part")
    with part.open("wb") as handle:
        handle.write(payload)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)


def _load_state(path: Path) -> _State:
    try:
        return _State(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return _State()


def _save_state(path: Path, state: _State) -> None:
    _write(path, json.dumps(asdict(state), sort_keys=True).encode())
