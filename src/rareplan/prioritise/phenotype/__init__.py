"""Phenotype ranking: every disease and gene scored against a patient's HPO terms."""

from rareplan.prioritise.phenotype.parameters import Parameters
from rareplan.prioritise.phenotype.ranker import DiseaseRanking, GeneRanking, PhenotypeRanker

__all__ = ["DiseaseRanking", "GeneRanking", "Parameters", "PhenotypeRanker"]
