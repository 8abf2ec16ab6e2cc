"""All pictures of a case that its data allow."""

from __future__ import annotations

from rareplan.model.result import CaseResult
from rareplan.report.outcome import Reading
from rareplan.report.pictures.exons import exon_diagram
from rareplan.report.pictures.funnel import funnel
from rareplan.report.pictures.heatmap import heatmap
from rareplan.report.pictures.network import network
from rareplan.report.pictures.pedigree import pedigree
from rareplan.report.pictures.svg import Picture
from rareplan.report.pictures.timeline import timeline


def pictures(result: CaseResult, reading: Reading) -> dict[str, Picture]:
    """Pictures by key; one whose data are missing is left out."""
    lead = reading.lead
    drawn = [
        pedigree(result, lead),
        exon_diagram(lead) if lead else None,
        heatmap(result),
        network(lead, reading.plan) if lead else None,
        funnel(result.ledger),
        timeline(result),
    ]
    return {picture.key: picture for picture in drawn if picture}
