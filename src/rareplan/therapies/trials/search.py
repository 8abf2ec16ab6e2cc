"""Look for trials: in the snapshot's copy, or live when asked, else say that nobody looked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rareplan.config import Settings, load_settings
from rareplan.errors import InternalError, NetworkError
from rareplan.model.therapy import TrialSearch
from rareplan.therapies.trials.client import TrialsClient, refuse_private
from rareplan.therapies.trials.facts import person_of, trial_patient
from rareplan.therapies.trials.match import concerns, match_study, order
from rareplan.therapies.trials.patient import AMBIGUOUS, TrialPatient
from rareplan.therapies.trials.study import Study, parse_study

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.case import Case
    from rareplan.model.result import Candidate
    from rareplan.model.therapy import TherapyPlan

NOT_SEARCHED = "not searched"
FIELDS = (
    "NCTId|BriefTitle|OfficialTitle|OverallStatus|StudyType|Phase|PatientRegistry|Condition|"
    "Keyword|InterventionName|BriefSummary|EligibilityCriteria|MinimumAge|MaximumAge|Sex|"
    "LeadSponsorName|LocationCountry|LocationCity|LocationStatus|LastUpdatePostDate"
)
OPEN_STATUS = (
    "RECRUITING|NOT_YET_RECRUITING|ENROLLING_BY_INVITATION|ACTIVE_NOT_RECRUITING|AVAILABLE"
)
_LINK = "https://clinicaltrials.gov/search"


def match_trials(
    candidate: Candidate,
    case: Case,
    kb: KnowledgeBase,
    mode: str,
    settings: Settings | None = None,
    plan: TherapyPlan | None = None,
    client: TrialsClient | None = None,
) -> TrialSearch:
    """Trials for one candidate.

    Args:
        candidate: gene, diseases, inheritance and variants.
        case: age, sex and country of the patient (compared here, never sent).
        kb: its ``trials`` table is the stored copy.
        mode: ``cached`` or ``live``; only ``live`` reaches the network.
        settings: of the client; the built-in ones when None.
        plan: mechanism and drugs of the plan, for the direction of interventions.
        client: for tests.

    Returns:
        ``state`` says "not searched" when there is no stored copy and nothing live was asked, or
        when the service did not answer (``note`` says why). ``queries`` lists every address that
        was sent.
    """
    known = settings or load_settings()
    least = known.therapies.disease_posterior
    patient = trial_patient(candidate, person_of(case), kb, least, plan)
    return search_for(patient, kb, mode, known, client)


def search_for(
    patient: TrialPatient,
    kb: KnowledgeBase,
    mode: str,
    settings: Settings,
    client: TrialsClient | None = None,
) -> TrialSearch:
    """The search itself, from a patient's facts alone; see :func:`match_trials`."""
    link = search_link(patient)
    if mode == "live":
        return _live(patient, link, client or TrialsClient(settings.trials), settings)
    if kb.has("trials"):
        return _cached(patient, link, kb)
    return TrialSearch(
        gene=patient.gene,
        state=NOT_SEARCHED,
        link=link,
        note="no stored copy of the registry; --trials live asks it, or open the link",
    )


def search_link(patient: TrialPatient) -> str:
    """A ready-made search for a person to open: disease and gene, nothing of the patient."""
    params = {}
    if patient.diseases:
        params["cond"] = patient.diseases[0]
    params["term"] = patient.gene
    return f"{_LINK}?{urlencode(params)}"


def queries_for(patient: TrialPatient, most: int) -> list[dict[str, str]]:
    """Each disease name on its own query, then the gene. Only names of genes and diseases."""
    common = {
        "filter.overallStatus": OPEN_STATUS,
        "fields": FIELDS,
        "countTotal": "true",
    }
    found = []
    for name in patient.diseases[:most]:
        query = {"query.cond": name, **common}
        if _may_leave(query):
            found.append(query)
    if patient.gene.upper() in AMBIGUOUS:
        found += [
            {"query.cond": q["query.cond"], "query.term": patient.gene, **common} for q in found[:1]
        ]
    else:
        found.append({"query.term": patient.gene, **common})
    return found


def _may_leave(query: dict[str, str]) -> bool:
    """A disease name that itself looks like an age or a variant is left out, not sent."""
    try:
        refuse_private(query)
    except InternalError:
        return False
    return True


def _live(
    patient: TrialPatient, link: str, client: TrialsClient, settings: Settings
) -> TrialSearch:
    page = {"pageSize": str(settings.trials.page_size)}
    found: dict[str, dict[str, Any]] = {}
    try:
        timestamp = client.version()
        for query in queries_for(patient, settings.trials.max_names):
            for record in client.search(query | page):
                study = parse_study(record)
                if study is not None:
                    found.setdefault(study.nct_id, record)
    except NetworkError as error:
        return TrialSearch(
            gene=patient.gene,
            state=NOT_SEARCHED,
            link=link,
            queries=tuple(client.sent),
            note=f"the search was broken off: {error}",
        )
    studies = [s for r in found.values() if (s := parse_study(r)) is not None]
    return _result(patient, link, "live", studies, timestamp, tuple(client.sent))


def _cached(patient: TrialPatient, link: str, kb: KnowledgeBase) -> TrialSearch:
    entry = kb.manifest["tables"]["trials"]
    stamp = str(entry["sources"][0]["date"]) if entry.get("sources") else ""
    studies = stored_studies(kb)
    return _result(patient, link, "cached", studies, stamp, ())


def stored_studies(kb: KnowledgeBase) -> list[Study]:
    """The registry's copy in a snapshot; empty when it holds none."""
    return kb.memo("trials:studies", _read_stored) if kb.has("trials") else []


def _read_stored(kb: KnowledgeBase) -> list[Study]:
    """Studies of the ``trials`` table: the whole record where it is kept, else its columns."""
    studies = []
    for row in kb.table("trials").to_pylist():
        record = row.get("record")
        study = parse_study(json.loads(record)) if record else _from_columns(row)
        if study is not None:
            studies.append(study)
    return studies


def _from_columns(row: dict[str, Any]) -> Study:
    return Study(
        nct_id=row["nct_id"],
        title=row["title"],
        status=row["status"],
        study_type="INTERVENTIONAL" if row["interventions"] else "",
        phases=tuple(row["phases"]),
        conditions=tuple(row["conditions"]),
        interventions=tuple(row["interventions"]),
        updated=row["updated"],
    )


def _result(
    patient: TrialPatient,
    link: str,
    state: str,
    studies: Iterable[Study],
    timestamp: str,
    sent: tuple[str, ...],
) -> TrialSearch:
    matches = [match_study(s, patient, timestamp) for s in studies if concerns(s, patient)]
    return TrialSearch(
        gene=patient.gene,
        state=state,
        link=link,
        queries=sent,
        matches=tuple(sorted(matches, key=order)),
        data_timestamp=timestamp,
    )
