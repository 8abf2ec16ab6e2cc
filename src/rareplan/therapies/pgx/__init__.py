"""Pharmacogenetics of the drugs on the plan: positions, star alleles, CPIC recommendations."""

from rareplan.therapies.pgx.call import GeneCall, call_pgx
from rareplan.therapies.pgx.drugs import pgx_for_drugs, pgx_genes
from rareplan.therapies.pgx.pharmcat import read_pharmcat
from rareplan.therapies.pgx.sites import PgxPosition, pgx_positions

__all__ = [
    "GeneCall",
    "PgxPosition",
    "call_pgx",
    "pgx_for_drugs",
    "pgx_genes",
    "pgx_positions",
    "read_pharmcat",
]
