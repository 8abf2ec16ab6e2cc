"""A local HTTP server that plays every upstream, with faults on demand."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from rareplan.refresh.spec import SourceSpec
from tests.builders.upstream_payloads import ADDRESSES


@dataclass
class Upstream:
    """The server: ``files`` by path; faults by path, used up one by one."""

    files: dict[str, bytes]
    cut: dict[str, list[int]] = field(default_factory=dict)
    """Close the connection after so many bytes."""
    status: dict[str, list[int]] = field(default_factory=dict)
    served: Counter[str] = field(default_factory=Counter)
    """Body bytes by path."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(path, Range) of each request."""
    address: str = ""
    _server: Any = None

    def __enter__(self) -> Self:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                upstream._answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # a killed client is part of the play
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *args: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.split("?")[0]
        span = request.headers.get("Range", "")
        self.asked.append((request.path, span))
        if self.status.get(path):
            code = self.status[path].pop(0)
            request.send_response(code)
            request.send_header("Content-Length", "0")
            if code == 429:
                request.send_header("Retry-After", "1")
            request.end_headers()
            return
        body = self.files.get(request.path, self.files.get(path))
        if body is None:
            request.send_response(404)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag:
            request.send_response(304)
            request.send_header("ETag", tag)
            request.end_headers()
            return
        start = 0
        if span and request.headers.get("If-Range", tag) == tag:
            start = int(span.removeprefix("bytes=").split("-")[0])
        part = body[start:]
        request.send_response(206 if start else 200)
        request.send_header("ETag", tag)
        request.send_header("Last-Modified", "Thu, 01 Oct 2026 08:00:00 GMT")
        request.send_header("Content-Length", str(len(part)))
        request.end_headers()
        limit = self.cut[path].pop(0) if self.cut.get(path) else len(part)
        request.wfile.write(part[:limit])
        self.served[path] += min(limit, len(part))
        if limit < len(part):
            request.wfile.flush()
            request.close_connection = True
            request.connection.close()


def local_specs(specs: dict[str, SourceSpec], address: str) -> dict[str, SourceSpec]:
    """The package's own source files with the addresses of the test server and no size floor."""
    found = {}
    for spec in specs.values():
        if spec.opt_in:
            continue
        files = tuple(
            f.model_copy(update={"url": address + ADDRESSES[f.id], "mirrors": ()})
            for f in spec.files
        )
        found[spec.id] = spec.model_copy(update={"files": files, "min_rows": {}})
    return found
