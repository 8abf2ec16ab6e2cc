"""An address read as a file while it comes; nothing of it is stored."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import requests

from rareplan.errors import NetworkError
from rareplan.refresh.faults import SourceError

if TYPE_CHECKING:
    from rareplan.refresh.fetch import Fetcher

NETWORK_CHUNK = 1 << 16
"""What is lost at most when a connection breaks: it comes again on resuming."""
FAILURES = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


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
            except FAILURES:
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
        self._open = self._fetcher.get(self._url, headers)
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
