"""rareplan: from a family's VCF and HPO terms to a plan."""

__version__ = "0.1.0"
