"""Trials held against a patient, criterion by criterion. Never "eligible": "may fit, ask".

``client`` is the only module outside ``refresh`` that talks to the network, and only when
``--trials live`` asks for it.
"""

from rareplan.therapies.trials.search import match_trials

__all__ = ["match_trials"]
