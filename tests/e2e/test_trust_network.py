"""What a refresh does with servers that lie: certificates, plain http, bombs. Servers are local."""

from __future__ import annotations

import gzip
import http.server
import json
import shutil
import ssl
import subprocess
import threading
import zlib
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rareplan.config import load_settings
from rareplan.errors import InputError, NetworkError
from rareplan.refresh import fetch_checks
from rareplan.refresh.faults import SourceError
from rareplan.refresh.fetch import Fetcher
from rareplan.refresh.fetch_state import Politeness
from rareplan.refresh.spec import SourceFile, load_specs
from rareplan.therapies.pgx import read_pharmcat
from rareplan.therapies.trials.client import TrialsClient
from tests.builders.upstream import Upstream
from tests.e2e.conftest import rareplan
from tests.e2e.test_trials_live import family, registry
from tests.unit.trials.server import serve

BOMB = 80 << 20


def fetcher(folder: Path) -> Fetcher:
    return Fetcher(folder / "cache", politeness=Politeness(retries=0), sleep=lambda _: None)


def source(url: str, **more: object) -> SourceFile:
    return SourceFile.model_validate({"id": "f", "url": url, "max_bytes": 1 << 20, **more})


@contextmanager
def serving(answer: dict[str, tuple[int, dict[str, str], bytes]], certificate: Path | None = None):
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            status, headers, body = answer[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def own_certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that nobody has signed."""
    if not shutil.which("openssl"):
        pytest.skip("making a certificate needs openssl")
    path = tmp_path / "own.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path),
            "-out", str(tmp_path / "cert")]  # fmt: skip
    subprocess.run(make, check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "cert").read_text())
    return path


def test_a_certificate_that_nobody_signed_is_refused(own_certificate: Path, tmp_path: Path) -> None:
    with serving({"/f": (200, {}, b"data")}, own_certificate) as port:
        url = f"https://localhost:{port}/f"
        with pytest.raises(NetworkError, match="SSLError"):
            fetcher(tmp_path).fetch("s", source(url))
        trials = load_settings().trials.model_copy(
            update={"base_url": f"https://localhost:{port}", "retries": 0}
        )
        with pytest.raises(NetworkError):
            TrialsClient(trials).version()
    assert not (tmp_path / "cache" / "s" / "f").exists()


@pytest.mark.parametrize("url", ["http://example.org/f", "ftp://example.org/f", "file:///etc/f"])
def test_only_https_is_spoken(url: str, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="not https"):
        fetcher(tmp_path).fetch("s", source(url))


def test_a_redirect_to_plain_http_is_refused(tmp_path: Path, monkeypatch) -> None:
    with serving({"/data": (200, {}, b"data")}) as port:
        there = {"/f": (302, {"Location": f"http://127.0.0.1:{port}/data"}, b"")}
        with serving(there) as first:
            address = f"http://localhost:{first}/f"
            assert fetcher(tmp_path).fetch("s", source(address)).path.is_file()
            # 127.0.0.1 now stands for a foreign host.
            monkeypatch.setattr(fetch_checks, "_OWN_MACHINE", {"localhost"})
            with pytest.raises(NetworkError, match="not https"):
                fetcher(tmp_path / "2").fetch("s", source(address))
    assert not (tmp_path / "2" / "cache" / "s" / "f").exists()


def test_every_source_of_the_package_is_https() -> None:
    files = [file for spec in load_specs().values() for file in spec.files]
    assert len(files) > 20
    addresses = [a for f in files for a in (f.url, *f.mirrors) if not a.startswith("mirror:")]
    assert [a for a in addresses if not a.startswith("https://")] == []


@pytest.fixture
def bomb() -> bytes:
    return gzip.compress(bytes(BOMB), 9)


def test_a_file_that_unpacks_without_end_is_refused(bomb: bytes, tmp_path: Path) -> None:
    with Upstream({"/f": bomb}) as server:
        file = source(server.address + "/f", gzip=True)
        with pytest.raises(SourceError, match="unpacks to more than"):
            fetcher(tmp_path).fetch("s", file)
    assert not (tmp_path / "cache" / "s" / "f").exists()


@pytest.mark.parametrize("what", ["pages", "pattern"])
def test_an_answer_packed_on_its_way_is_bounded(what: str, tmp_path: Path) -> None:
    body = zlib.compress(b" " * BOMB, 9)
    with serving({"/f": (200, {"Content-Encoding": "deflate"}, body)}) as port:
        more = {
            "pages": {"pages": "studies:token"},
            "pattern": {"pattern": r"x(\d+)"},
        }
        file = source(f"http://127.0.0.1:{port}/f", **more[what])
        with pytest.raises(SourceError, match="larger than the"):
            fetcher(tmp_path).fetch("s", file)


def test_every_address_that_was_asked_is_printed_and_recorded(tmp_path: Path) -> None:
    with serve(registry) as server:
        wanted = family(tmp_path, server.url)
        paths = wanted.paths
        done = rareplan(
            "analyze", *paths.vcfs, "--ped", paths.ped, "--hpo", paths.hpo, "--case", paths.case,
            "--config", wanted.config, "--trials", "live", "--out", "run", cwd=tmp_path,
        )  # fmt: skip
        asked = [path for path in server.asked if "query." in path]
    assert done.returncode == 0, done.stderr
    printed = [line.removeprefix("sent: ") for line in done.stderr.splitlines()]
    record = json.loads((tmp_path / "run" / "provenance.json").read_text("utf-8"))
    assert asked
    assert printed == list(dict.fromkeys(record["queries_sent"]))
    assert {urlsplit(a).query for a in asked} <= {urlsplit(a).query for a in printed}


def test_a_pharmcat_file_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with path.open("wb") as handle:
        handle.truncate((64 << 20) + 1)
    with pytest.raises(InputError, match="more than 64 MB"):
        read_pharmcat(path)
