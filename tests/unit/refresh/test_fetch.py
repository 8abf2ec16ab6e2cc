from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from tests.builders.upstream import Upstream

from rareplan.errors import NetworkError
from rareplan.refresh.faults import SourceError
from rareplan.refresh.fetch import Fetcher
from rareplan.refresh.fetch_checks import page_of
from rareplan.refresh.fetch_state import Politeness
from rareplan.refresh.fetch_stream import NETWORK_CHUNK, ResumingReader
from rareplan.refresh.spec import SourceFile

BODY = bytes(range(256)) * 20_000
POLITE = Politeness(connect_timeout=5, read_timeout=5, retries=3, backoff=0.01, max_backoff=0.02)


@pytest.fixture
def server():
    with Upstream({"/f": BODY}) as upstream:
        yield upstream


def _fetcher(folder: Path, waits: list[float] | None = None) -> Fetcher:
    def sleep(seconds: float) -> None:
        if waits is not None:
            waits.append(seconds)

    return Fetcher(folder / "cache", politeness=POLITE, sleep=sleep)


def _file(server: Upstream, path: str = "/f", **more: object) -> SourceFile:
    return SourceFile(id="f", url=server.address + path, max_bytes=10**8, **more)


def test_a_file_comes_once(server: Upstream, tmp_path: Path) -> None:
    fetcher = _fetcher(tmp_path)
    first = fetcher.fetch("s", _file(server))
    assert first.changed
    assert first.path.read_bytes() == BODY
    assert first.modified == "2026-10-01"
    second = fetcher.fetch("s", _file(server))
    assert not second.changed
    assert second.transferred == 0
    assert second.sha256 == first.sha256
    assert server.served["/f"] == len(BODY)


@pytest.mark.parametrize("cuts", [[1], [70_000], [1_000_000, 2_000_000], [0, 5]])
def test_a_cut_connection_is_taken_up_where_it_broke(
    server: Upstream, tmp_path: Path, cuts: list[int]
) -> None:
    server.cut["/f"] = list(cuts)
    got = _fetcher(tmp_path).fetch("s", _file(server))
    assert got.path.read_bytes() == BODY
    assert server.served["/f"] <= len(BODY) + len(cuts) * NETWORK_CHUNK


def test_a_download_goes_on_in_a_later_run(server: Upstream, tmp_path: Path) -> None:
    server.cut["/f"] = [2_000_000] * 4
    server.status["/f"] = []
    impatient = Fetcher(tmp_path / "cache", politeness=Politeness(5, 5, 0, 0, 0))
    with pytest.raises(NetworkError):
        impatient.fetch("s", _file(server))
    server.cut.clear()
    server.served.clear()
    got = _fetcher(tmp_path).fetch("s", _file(server))
    assert got.path.read_bytes() == BODY
    assert server.served["/f"] <= len(BODY) - 2_000_000 + NETWORK_CHUNK


def test_a_file_that_changed_meanwhile_is_not_mixed(server: Upstream, tmp_path: Path) -> None:
    server.cut["/f"] = [1_000_000]
    impatient = Fetcher(tmp_path / "cache", politeness=Politeness(5, 5, 0, 0, 0))
    with pytest.raises(NetworkError):
        impatient.fetch("s", _file(server))
    server.files["/f"] = b"new" * 1000
    assert _fetcher(tmp_path).fetch("s", _file(server)).path.read_bytes() == b"new" * 1000


def test_errors_are_tried_again_with_growing_waits(server: Upstream, tmp_path: Path) -> None:
    server.status["/f"] = [503, 429, 500]
    waits: list[float] = []
    _fetcher(tmp_path, waits).fetch("s", _file(server))
    assert waits == [0.01, 0.02, 0.02, 0.02]  # back-off, and Retry-After cut to the most allowed


def test_giving_up_names_the_address(server: Upstream, tmp_path: Path) -> None:
    server.status["/f"] = [500] * 9
    with pytest.raises(NetworkError, match=r"/f could not be fetched after 4 tries \(status 500\)"):
        _fetcher(tmp_path).fetch("s", _file(server))


def test_what_is_not_there_is_not_tried_again(server: Upstream, tmp_path: Path) -> None:
    fetcher = _fetcher(tmp_path)
    with pytest.raises(NetworkError, match="404"):
        fetcher.fetch("s", _file(server, "/missing"))
    assert fetcher.requests == 1


def test_a_mirror_address_is_tried_after_the_first(server: Upstream, tmp_path: Path) -> None:
    file = _file(server, "/missing", mirrors=(server.address + "/f",))
    assert _fetcher(tmp_path).fetch("s", file).path.read_bytes() == BODY


def test_more_than_allowed_is_refused(server: Upstream, tmp_path: Path) -> None:
    file = SourceFile(id="f", url=server.address + "/f", max_bytes=1000)
    with pytest.raises(SourceError, match="larger than the 1000 bytes"):
        _fetcher(tmp_path).fetch("s", file)
    assert not (tmp_path / "cache" / "s" / "f").exists()


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_wrong_checksum_keeps_the_old_file(server: Upstream, tmp_path: Path, kind: str) -> None:
    file = _file(server, checksum_url="f.sum")
    server.files["/f.sum"] = hashlib.new(kind, BODY).hexdigest().encode()
    _fetcher(tmp_path).fetch("s", file)
    server.files["/f"] = b"other"
    with pytest.raises(SourceError, match="checksum"):
        _fetcher(tmp_path).fetch("s", file)
    assert (tmp_path / "cache" / "s" / "f").read_bytes() == BODY


def test_a_truncated_gzip_keeps_the_old_file(server: Upstream, tmp_path: Path) -> None:
    whole = gzip.compress(BODY)
    server.files["/f"] = whole
    file = _file(server, gzip=True)
    _fetcher(tmp_path).fetch("s", file)
    server.files["/f"] = whole[:-10]
    with pytest.raises(SourceError, match="cut short or damaged"):
        _fetcher(tmp_path).fetch("s", file)
    assert (tmp_path / "cache" / "s" / "f").read_bytes() == whole


def test_the_newest_version_of_a_listing_is_taken(server: Upstream, tmp_path: Path) -> None:
    server.files |= {"/d/": b"x.v1.9.txt x.v1.10.txt x.v1.2.txt", "/d/x.v1.10.txt": b"ten"}
    file = _file(server, "/d/", pattern=r"x\.v([\d.]+)\.txt")
    got = _fetcher(tmp_path).fetch("s", file)
    assert (got.version, got.path.read_bytes()) == ("1.10", b"ten")


def test_a_listing_without_the_file_is_the_sources_fault(server: Upstream, tmp_path: Path) -> None:
    server.files["/d/"] = b"nothing"
    with pytest.raises(SourceError, match="lists no file"):
        _fetcher(tmp_path).fetch("s", _file(server, "/d/", pattern=r"x\.v([\d.]+)"))


def test_pages_are_joined(server: Upstream, tmp_path: Path) -> None:
    server.files |= {
        "/p?size=1": b'{"rows": [{"a": 1}], "next": "t"}',
        "/p?size=1&pageToken=t": b'{"rows": [{"a": 2}]}',
    }
    file = _file(server, "/p?size=1", pages="rows:next")
    fetcher = _fetcher(tmp_path)
    assert fetcher.fetch("s", file).path.read_text() == '[{"a": 1}, {"a": 2}]'
    assert not fetcher.fetch("s", file).changed


def test_page_tokens_may_be_addresses() -> None:
    page = {"mechanisms": [1], "page_meta": {"next": "/chembl/api/data/mechanism.json?offset=1"}}
    rows, token, follow = page_of(page, "mechanisms:page_meta.next")
    assert (rows, token, follow) == ([1], "", "/chembl/api/data/mechanism.json?offset=1")


def test_a_stream_is_resumed_and_never_stored(server: Upstream, tmp_path: Path) -> None:
    server.cut["/f"] = [0, 100_000, 3_000_000]
    fetcher = _fetcher(tmp_path)
    got = fetcher.fetch("s", _file(server, stream=True))
    assert got.opener is not None
    with got.opener() as reader:
        assert isinstance(reader, ResumingReader)
        assert b"".join(iter(lambda: reader.read(65536), b"")) == BODY
    assert list((tmp_path / "cache" / "s").iterdir()) == []


def test_a_source_without_an_address_needs_a_mirror(tmp_path: Path) -> None:
    file = SourceFile(id="orphan.csv", url="mirror:orphan.csv", max_bytes=10)
    with pytest.raises(NetworkError, match="--from"):
        _fetcher(tmp_path).fetch("fda_orphan", file)
