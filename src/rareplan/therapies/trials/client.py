"""A polite client for the ClinicalTrials.gov API v2 (https://clinicaltrials.gov/data-api/api).

One request a second, bounded retries with back-off, bounded answers, TLS checked by requests.
Only what :data:`ALLOWED` names can leave, and nothing that looks like a variant, an HPO id or
an age: see :func:`refuse_private`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from rareplan import __version__
from rareplan.config import TrialSettings
from rareplan.errors import InternalError, NetworkError

if TYPE_CHECKING:
    import requests

ALLOWED = frozenset(
    {
        "query.cond", "query.term", "query.intr", "filter.overallStatus", "fields", "pageSize",
        "pageToken", "countTotal",
    }
)  # fmt: skip
_OPEN_TEXT = ("query.cond", "query.term", "query.intr")
# Shapes that must never leave: HPO ids, HGVS names, chr-pos-ref-alt, ages.
_PRIVATE = re.compile(
    r"HP:\d{7}|\b[cgmnpr]\.\(?[-*]?[A-Za-z]{0,3}\d+|\b(?:chr)?(?:\d{1,2}|[XYM]|MT)[-:]\d{4,}|"
    r"\b\d+\s*(?:years?|months?|yrs?|y/o|weeks?)\b|\brs\d{4,}\b",
    re.IGNORECASE,
)
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_RETRY = {429, 500, 502, 503, 504}
_REDIRECT = {301, 302, 307, 308}
_CHUNK = 1 << 16


class ExpiredTokenError(Exception):
    """A page token is no longer known to the service."""


class TrialsClient:
    """Studies from one service; ``sent`` lists every address that was asked, in order."""

    def __init__(
        self,
        settings: TrialSettings,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(settings.base_url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise NetworkError(
                f"the trials service must be asked over https, not {settings.base_url}"
            )
        self._settings = settings
        self._session = session
        self._sleep = sleep
        self._clock = clock
        self._last: float | None = None
        self.sent: list[str] = []

    def version(self) -> str:
        """Timestamp of the service's data (``/version``)."""
        answer = self._json("/version", {})
        return str(answer.get("dataTimestamp", ""))

    def study(self, nct_id: str) -> dict[str, Any] | None:
        """One study by its id, an old id included (301). None: there is none (404)."""
        if not re.fullmatch(r"NCT0*[1-9]\d{0,7}", nct_id, re.IGNORECASE):
            raise NetworkError(f"{nct_id} is not an NCT number")
        response = self._get(f"/studies/{nct_id.upper()}", {})
        return None if response is None else self._parse(response)

    def search(self, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Every study of a query, page by page, each once.

        An expired page token starts the query again, once; studies that were seen are not given
        twice. An empty page with a next token is gone past.

        Raises:
            NetworkError: the service does not answer, or not as documented.
        """
        seen: set[str] = set()
        for attempt in range(2):
            try:
                for found in self._pages(params):
                    nct = _nct_of(found)
                    if nct not in seen:
                        seen.add(nct)
                        yield found
            except ExpiredTokenError as error:
                if attempt:
                    raise NetworkError(
                        "the trials service dropped the list twice while it was read. Try later."
                    ) from error
            else:
                return

    def _pages(self, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        token = ""
        for _ in range(self._settings.max_pages):
            page = dict(params) | ({"pageToken": token} if token else {})
            answer = self._json("/studies", page, token=bool(token))
            studies = answer.get("studies")
            if not isinstance(studies, list):
                raise NetworkError("the trials service answered without a list of studies")
            yield from (s for s in studies if isinstance(s, dict))
            token = str(answer.get("nextPageToken") or "")
            if not token:
                return

    def _json(self, path: str, params: Mapping[str, str], *, token: bool = False) -> dict[str, Any]:
        body = self._get(path, params, token=token)
        if body is None:
            raise NetworkError(f"the trials service has no {path}")
        return self._parse(body)

    @staticmethod
    def _parse(body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise NetworkError(
                "the trials service sent an answer that is cut short or not JSON. Try later."
            ) from error
        if not isinstance(answer, dict):
            raise NetworkError("the trials service answered outside its documentation")
        return answer

    def _get(self, path: str, params: Mapping[str, str], *, token: bool = False) -> bytes | None:
        """The body; None for 404.

        Raises:
            ExpiredTokenError: 400 to a request with a page token.
            NetworkError: anything else that is not an answer.
        """
        refuse_private(params)
        query = urlencode(sorted(params.items()))
        url = self._settings.base_url.rstrip("/") + path + (f"?{query}" if query else "")
        wait = self._settings.backoff
        problem = ""
        for _ in range(self._settings.retries + 1):
            if problem:
                self._sleep(min(wait, self._settings.max_backoff))
                wait *= 2
            try:
                status, headers, body = self._once(url)
            except NetworkError as error:
                problem = str(error)
                continue
            if status == 200:
                return body
            if status == 404:
                return None
            if status == 400 and token:
                raise ExpiredTokenError
            if status not in _RETRY:
                said = body.decode("utf-8", "replace").strip()[:200]
                raise NetworkError(f"the trials service refused the query ({status}): {said}")
            problem = f"the trials service answers {status}"
            wait = max(wait, _retry_after(headers))
        raise NetworkError(f"{problem}; gave up after {self._settings.retries + 1} tries.")

    def _once(self, url: str) -> tuple[int, Mapping[str, str], bytes]:
        """One request, same-host redirects followed by hand."""
        import requests

        host = urlsplit(url).netloc
        session = self._session or requests.Session()
        self._session = session
        for _ in range(4):
            self._pace()
            self.sent.append(url)
            try:
                with session.get(
                    url,
                    headers={"User-Agent": f"rareplan/{__version__}", "Accept": "application/json"},
                    timeout=(self._settings.connect_timeout, self._settings.read_timeout),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.status_code not in _REDIRECT:
                        return response.status_code, response.headers, self._body(response)
                    url = urljoin(url, response.headers.get("Location", ""))
            except requests.RequestException as error:
                raise NetworkError(
                    f"the trials service cannot be reached ({type(error).__name__})"
                ) from error
            if urlsplit(url).netloc != host:
                raise NetworkError("the trials service points to another host; not followed")
        raise NetworkError("the trials service sends us in circles")

    def _body(self, response: requests.Response) -> bytes:
        """The body, bounded in size and in time."""
        limit = self._settings.max_bytes
        parts: list[bytes] = []
        size = 0
        began = self._clock()
        for chunk in response.iter_content(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                raise NetworkError(f"the trials service sends more than {limit:,} bytes")
            if self._clock() - began > 4 * self._settings.read_timeout:
                raise NetworkError("the trials service is too slow")
        return b"".join(parts)

    def _pace(self) -> None:
        now = self._clock()
        if self._last is not None:
            rest = self._settings.seconds_between_requests - (now - self._last)
            if rest > 0:
                self._sleep(rest)
        self._last = self._clock()


def refuse_private(params: Mapping[str, str]) -> None:
    """Stop before anything leaves that is not a gene, a disease, a place or a status.

    Raises:
        InternalError: a parameter that is not allowed, or text in the shape of a variant, an HPO
            id or an age.
    """
    strange = set(params) - ALLOWED
    if strange:
        raise InternalError(f"the trials query would send {sorted(strange)}")
    for name in _OPEN_TEXT:
        if _PRIVATE.search(params.get(name, "")):
            raise InternalError(f"the trials query '{name}' looks like patient data; not sent")


def _nct_of(study: Mapping[str, Any]) -> str:
    section = study.get("protocolSection")
    module = section.get("identificationModule", {}) if isinstance(section, dict) else {}
    return str(module.get("nctId", ""))


def _retry_after(headers: Mapping[str, str]) -> float:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdigit() else 0.0
