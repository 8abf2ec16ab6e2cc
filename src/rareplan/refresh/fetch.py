"""Fetching files politely: only what changed, resumed when cut, never larger than allowed.

A file and its state (ETag, Last-Modified, hash) live in the download cache. A new file replaces
the old one only when it is whole, of an allowed size, and has the upstream's checksum.
"""

from __future__ import annotations

import email.utils
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from rareplan import __version__
from rareplan.errors import NetworkError
from rareplan.provenance import sha256_file
from rareplan.refresh.faults import SourceError
from rareplan.refresh.fetch_checks import (
    bounded_body,
    check_gzip,
    check_sum,
    json_of,
    page_of,
    refuse_plain,
    with_token,
)
from rareplan.refresh.fetch_state import (
    Fetched,
    FileState,
    Politeness,
    Progress,
    conditions,
    digest_of_text,
    in_mirror,
    known_file,
    load_state,
    save_state,
    silent,
    write_whole,
)
from rareplan.refresh.fetch_stream import FAILURES, NETWORK_CHUNK, ResumingReader
from rareplan.refresh.spec import SourceFile

_MOST_LISTED = 8 << 20
"""Bytes of a folder's listing or of a checksum file."""
_RETRY = {408, 425, 429, 500, 502, 503, 504}


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
        progress: Progress = silent,
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
        with self.get(address, {}) as answer:
            listing = bounded_body(answer, _MOST_LISTED).decode("utf-8", "replace")
        names = {m.group(0): m.group(1) for m in re.finditer(file.pattern, listing)}
        if not names:
            raise SourceError(f"{address} lists no file like {file.pattern}")
        newest = max(names, key=lambda name: [int(n) for n in re.findall(r"\d+", names[name])])
        return urljoin(address, quote(newest)), names[newest]

    @contextmanager
    def get(self, url: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        """One answer, after as many tries as politeness allows.

        Raises:
            NetworkError: none came, or one that says no.
        """
        refuse_plain(url)
        polite, error = self.politeness, ""
        for attempt in range(polite.retries + 1):
            if attempt:
                self.sleep(min(polite.backoff * 2 ** (attempt - 1), polite.max_backoff))
            self.requests += 1
            try:
                limits = (polite.connect_timeout, polite.read_timeout)
                answer = self.session.get(url, headers=headers, stream=True, timeout=limits)
            except FAILURES as failure:
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
                refuse_plain(answer.url)
                yield answer
            return
        raise NetworkError(f"{url} could not be fetched after {polite.retries + 1} tries ({error})")

    def _wait_as_told(self, answer: requests.Response) -> None:
        told = answer.headers.get("Retry-After", "")
        if told.isdigit():
            self.sleep(min(float(told), self.politeness.max_backoff))

    def _from_network(self, folder: Path, file: SourceFile, url: str, version: str) -> Fetched:
        path, state = folder / file.id, load_state(folder / f"{file.id}.json")
        whole = path.is_file() and path.stat().st_size == state.bytes and state.url == url
        if file.pages:
            return self._from_pages(folder, file, url, state, whole)
        part = folder / f"{file.id}.part"
        new, transferred = self._download(part, file, url, state if whole else FileState(url=url))
        if new is None:
            return known_file(path, state, transferred)
        self._check(part, file, url)
        new = replace(new, version=version, sha256=sha256_file(part), bytes=part.stat().st_size)
        part.replace(path)
        save_state(folder / f"{file.id}.json", new)
        changed = new.sha256 != state.sha256
        return replace(known_file(path, new, transferred), changed=changed)

    def _download(
        self, part: Path, file: SourceFile, url: str, known: FileState
    ) -> tuple[FileState | None, int]:
        """Fill ``part``; None when the file in the cache is still the newest."""
        resume = load_state(part.with_suffix(".resume"))
        transferred = 0
        for _ in range(self.politeness.retries + 1):
            headers = conditions(known)
            have = part.stat().st_size if part.is_file() and resume.url == url else 0
            mark = resume.etag or resume.last_modified
            if have and mark:
                headers = {"Range": f"bytes={have}-", "If-Range": mark}
            with self.get(url, headers) as answer:
                if answer.status_code == 304:
                    return None, transferred
                if answer.status_code == 416:
                    part.unlink(missing_ok=True)
                    continue
                when = answer.headers.get("Last-Modified", "")
                resume = FileState(url, answer.headers.get("ETag", ""), when)
                save_state(part.with_suffix(".resume"), resume)
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
            except FAILURES:
                return done, False
            finally:
                handle.flush()
                os.fsync(handle.fileno())
        return done, encoded or not expected or done == expected

    def _check(self, part: Path, file: SourceFile, url: str) -> None:
        if file.checksum_url:
            address = file.checksum_url.replace("{name}", Path(urlsplit(url).path).name)
            with self.get(urljoin(url, address), {}) as answer:
                check_sum(
                    part, bounded_body(answer, _MOST_LISTED).decode("ascii", "replace"), address
                )
        if file.gzip:
            check_gzip(part)

    def _from_pages(
        self, folder: Path, file: SourceFile, url: str, state: FileState, whole: bool
    ) -> Fetched:
        """Join a paged JSON interface into one file of records."""
        records: list[Any] = []
        size, token, next_url = 0, "", url
        while next_url:
            with self.get(next_url, {}) as answer:
                body = bounded_body(answer, file.max_bytes - size)
            size += len(body)
            page = json_of(body, next_url)
            rows, token, follow = page_of(page, file.pages)
            records += rows
            next_url = urljoin(url, follow) if follow else with_token(url, token)
            self.progress(file.id, size, 0)
        text = json.dumps(records, sort_keys=True, ensure_ascii=False).encode()
        digest = hashlib.sha256(text).hexdigest()
        path = folder / file.id
        if whole and digest == state.sha256:
            return known_file(path, state, size)
        write_whole(path, text)
        new = FileState(url=url, sha256=digest, bytes=len(text))
        save_state(folder / f"{file.id}.json", new)
        return replace(known_file(path, new, size), changed=True)

    def _streamed(self, source: str, file: SourceFile) -> Fetched:
        """What names the state of a file that is read while it comes and never stored."""
        if self.mirror is not None:
            given = in_mirror(self.mirror / source, file)
            if given is None:
                raise NetworkError(f"the mirror has no file for {source}/{file.id}")
            size = given[0].stat().st_size
            mark = f"{given[0].name} {size} {given[0].stat().st_mtime_ns}"
            return Fetched(
                given[0], file.url, digest_of_text(mark), opener=lambda: given[0].open("rb")
            )
        with self.get(file.url, {"Range": "bytes=0-0"}) as answer:
            when = answer.headers.get("Last-Modified", "")
            mark = answer.headers.get("ETag") or when
        if not mark:
            raise SourceError(f"{file.url} gives neither ETag nor Last-Modified")
        state = FileState(file.url, last_modified=when, sha256=digest_of_text(mark))
        known = known_file(self.cache / source / file.id, state, 0)
        return replace(known, opener=lambda: ResumingReader(self, file.url, mark))

    def _from_mirror(self, folder: Path, source: str, file: SourceFile) -> Fetched:
        """A file that someone copied to ``mirror/<source>/``, under its own name or its id."""
        assert self.mirror is not None
        given = in_mirror(self.mirror / source, file)
        if given is None:
            raise NetworkError(f"the mirror has no file for {source}/{file.id}")
        found, version = given
        if found.stat().st_size > file.max_bytes:
            raise SourceError(f"{found.name} is larger than the {file.max_bytes} bytes allowed")
        digest = sha256_file(found)
        state = load_state(folder / f"{file.id}.json")
        path = folder / file.id
        if path.is_file() and digest == state.sha256 and path.stat().st_size == state.bytes:
            return known_file(path, state, 0)
        part = folder / f"{file.id}.part"
        shutil.copyfile(found, part)
        if file.gzip:
            check_gzip(part)
        part.replace(path)
        when = email.utils.formatdate(found.stat().st_mtime, usegmt=True)
        new = FileState(file.url, "", when, digest, path.stat().st_size, version)
        save_state(folder / f"{file.id}.json", new)
        return replace(known_file(path, new, 0), changed=True)
