from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.trials.server import Answer, as_json, as_text, serve, study

from rareplan.config import Settings, TrialSettings
from rareplan.errors import InternalError, NetworkError
from rareplan.therapies.trials.client import TrialsClient, refuse_private

QUERY = {"query.cond": "Phelan-McDermid syndrome", "pageSize": "2"}


def client_for(url: str, settings: Settings, **changes: Any) -> TrialsClient:
    known: TrialSettings = settings.trials.model_copy(update={"base_url": url, **changes})
    return TrialsClient(known)


def ids(found: Any) -> list[str]:
    return [s["protocolSection"]["identificationModule"]["nctId"] for s in found]


def test_pages_keep_every_other_parameter(settings: Settings) -> None:
    pages = {
        "": {"studies": [study("NCT00000001"), study("NCT00000002")], "nextPageToken": "a"},
        "a": {"studies": [], "nextPageToken": "b"},  # an empty page may have a next one
        "b": {"studies": [study("NCT00000003")], "nextPageToken": None},
    }
    with serve(lambda _, p: as_json(pages[p.get("pageToken", "")])) as registry:
        found = ids(client_for(registry.url, settings).search(QUERY))
        assert found == ["NCT00000001", "NCT00000002", "NCT00000003"]
        assert len(registry.asked) == 3
        assert all("query.cond=Phelan-McDermid+syndrome" in path for path in registry.asked)
        assert all("pageSize=2" in path for path in registry.asked)


def test_an_expired_token_starts_again_without_repeats(settings: Settings) -> None:
    state = {"expired": False}

    def answer(_: str, params: dict[str, str]) -> Answer:
        token = params.get("pageToken", "")
        if token == "old" and not state["expired"]:
            state["expired"] = True
            return as_text("Page token is invalid or expired", 400)
        if not token:
            name = "new" if state["expired"] else "old"
            return as_json({"studies": [study("NCT00000001")], "nextPageToken": name})
        return as_json({"studies": [study("NCT00000002")]})

    with serve(answer) as registry:
        assert ids(client_for(registry.url, settings).search(QUERY)) == [
            "NCT00000001",
            "NCT00000002",
        ]


def test_a_token_that_expires_again_is_an_error(settings: Settings) -> None:
    def answer(_: str, params: dict[str, str]) -> Answer:
        if "pageToken" in params:
            return as_text("expired", 400)
        return as_json({"studies": [study("NCT00000001")], "nextPageToken": "x"})

    with serve(answer) as registry, pytest.raises(NetworkError, match="twice"):
        list(client_for(registry.url, settings).search(QUERY))


def test_alias_is_followed_on_the_same_host(settings: Settings) -> None:
    def answer(path: str, _: dict[str, str]) -> Answer:
        if path == "/studies/NCT00000009":
            return 301, {"Location": "/api/v2/studies/NCT00000001"}, b""
        return as_json(study("NCT00000001"))

    with serve(answer) as registry:
        found = client_for(registry.url, settings).study("nct00000009")
        assert found is not None
        assert ids([found]) == ["NCT00000001"]


def test_another_host_is_not_followed(settings: Settings) -> None:
    def away(*_: object) -> Answer:
        return 301, {"Location": "http://example.org/x"}, b""

    with serve(away) as registry, pytest.raises(NetworkError, match="another host"):
        client_for(registry.url, settings).study("NCT00000009")


def test_unknown_study_is_none(settings: Settings) -> None:
    with serve(lambda *_: as_text("not found", 404)) as registry:
        assert client_for(registry.url, settings).study("NCT00000009") is None


def test_a_refused_query_is_told_in_the_services_words(settings: Settings) -> None:
    with serve(lambda *_: as_text("Invalid query", 400)) as registry:
        client = client_for(registry.url, settings)
        with pytest.raises(NetworkError, match="Invalid query"):
            list(client.search(QUERY))
        assert len(registry.asked) == 1  # a fault of ours is not repeated


def test_too_many_requests_backs_off_and_goes_on(settings: Settings) -> None:
    answers = iter([as_text("slow down", 429), as_json({"studies": [study("NCT00000001")]})])
    waits: list[float] = []
    with serve(lambda *_: next(answers)) as registry:
        known = settings.trials.model_copy(update={"base_url": registry.url})
        client = TrialsClient(known, sleep=waits.append)
        assert ids(client.search(QUERY)) == ["NCT00000001"]
    assert any(w > 0 for w in waits)


def test_retry_after_is_heard_and_bounded(settings: Settings) -> None:
    slow = (429, {"Retry-After": "600"}, b"")
    answers = iter([slow, as_json({"studies": []})])
    waits: list[float] = []
    with serve(lambda *_: next(answers)) as registry:
        known = settings.trials.model_copy(update={"base_url": registry.url, "max_backoff": 60.0})
        list(TrialsClient(known, sleep=waits.append).search(QUERY))
    assert max(waits) == 60.0


def test_it_gives_up(settings: Settings) -> None:
    with serve(lambda *_: as_text("", 503)) as registry:
        with pytest.raises(NetworkError, match="gave up after 3 tries"):
            list(client_for(registry.url, settings).search(QUERY))
        assert len(registry.asked) == 3


def test_truncated_json(settings: Settings) -> None:
    body = json.dumps({"studies": [study("NCT00000001")]}).encode()[:-20]
    with (
        serve(lambda *_: (200, {}, body)) as registry,
        pytest.raises(NetworkError, match="cut short"),
    ):
        list(client_for(registry.url, settings).search(QUERY))


def test_a_body_that_ends_early_is_tried_again(settings: Settings) -> None:
    whole = json.dumps({"studies": [study("NCT00000001")]}).encode()
    answers = iter([(200, {"Content-Length": str(len(whole))}, whole[:10]), (200, {}, whole)])
    with serve(lambda *_: next(answers)) as registry:
        found = client_for(registry.url, settings, read_timeout=0.5).search(QUERY)
        assert ids(found) == ["NCT00000001"]


def test_a_slow_server_is_given_up(settings: Settings) -> None:
    with serve(lambda *_: as_json({"studies": []}), delay=1.0) as registry:
        client = client_for(registry.url, settings, read_timeout=0.1, retries=1)
        with pytest.raises(NetworkError, match="ReadTimeout"):
            list(client.search(QUERY))


def test_size_is_bounded(settings: Settings) -> None:
    with serve(lambda *_: (200, {}, b"x" * 300_000)) as registry:
        client = client_for(registry.url, settings, max_bytes=100_000, retries=0)
        with pytest.raises(NetworkError, match="more than"):
            list(client.search(QUERY))


def test_not_json_and_not_studies(settings: Settings) -> None:
    with serve(lambda *_: as_json([1])) as registry, pytest.raises(NetworkError, match="outside"):
        list(client_for(registry.url, settings).search(QUERY))
    with (
        serve(lambda *_: as_json({"x": 1})) as registry,
        pytest.raises(NetworkError, match="without a list"),
    ):
        list(client_for(registry.url, settings).search(QUERY))


def test_version(settings: Settings) -> None:
    answer = as_json({"apiVersion": "2.0.5", "dataTimestamp": "2026-08-11T09:00:05"})
    with serve(lambda *_: answer) as registry:
        assert client_for(registry.url, settings).version() == "2026-08-11T09:00:05"


def test_one_request_a_second(settings: Settings) -> None:
    now = {"t": 100.0}
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now["t"] += seconds

    pages = {
        "": {"studies": [], "nextPageToken": "a"},
        "a": {"studies": []},
    }
    with serve(lambda _, p: as_json(pages[p.get("pageToken", "")])) as registry:
        known = settings.trials.model_copy(
            update={"base_url": registry.url, "seconds_between_requests": 1.0}
        )
        list(TrialsClient(known, sleep=sleep, clock=lambda: now["t"]).search(QUERY))
    assert waits == [1.0]


def test_plain_http_is_refused(settings: Settings) -> None:
    with pytest.raises(NetworkError, match="https"):
        client_for("http://clinicaltrials.gov/api/v2", settings)


@pytest.mark.parametrize(
    "text",
    [
        "HP:0001250",
        "c.1003C>T",
        "NM_001875.5:c.1003C>T",
        "p.Gln335Ter",
        "p.(Gln335*)",
        "2-210591886-C-T",
        "chr2:210591886",
        "CPS1 6 years",
        "3 months old",
        "rs1234567",
    ],
)
def test_patient_data_never_leaves(text: str) -> None:
    with pytest.raises(InternalError):
        refuse_private({"query.term": text})


@pytest.mark.parametrize(
    "text",
    ["Phelan-McDermid syndrome", "CPS1", "developmental and epileptic encephalopathy, 6A",
     "22q13.3 deletion syndrome", "Italy", "GM1-gangliosidosis"],
)  # fmt: skip
def test_names_may_leave(text: str) -> None:
    refuse_private({"query.cond": text})


def test_only_known_parameters() -> None:
    with pytest.raises(InternalError, match=r"filter\.geo"):
        refuse_private({"filter.geo": "distance(1,2,3)"})


@pytest.mark.shared
def test_recorded_responses_replay(shared_data: Path, settings: Settings) -> None:
    folder = shared_data / "api" / "ctgov"
    first = json.loads((folder / "search_phelan_limit5_20260811.json").read_text("utf-8"))
    second = json.loads((folder / "search_phelan_next_20260811.json").read_text("utf-8"))
    one = json.loads((folder / "get_nct02576665_20260811.json").read_text("utf-8"))

    def answer(path: str, params: dict[str, str]) -> Answer:
        if path.startswith("/studies/"):
            return as_json(one)
        if params.get("pageToken") == first["nextPageToken"]:
            return as_json({**second, "nextPageToken": None})
        return as_json(first)

    with serve(answer) as registry:
        client = client_for(registry.url, settings)
        found = ids(client.search({"query.cond": "Phelan-McDermid Syndrome", "pageSize": "5"}))
        assert found == ids(first["studies"]) + ids(second["studies"])
        single = client.study("NCT02576665")
        assert single is not None
        assert "eligibilityModule" in single["protocolSection"]
