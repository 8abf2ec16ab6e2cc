"""Gene, transcript, consequence and HGVS names of every allele, without a genome.

``annotate_sites`` gives a :class:`ConsequenceTable`: columns to filter by, records on demand.
"""

from rareplan.annotate.table import ConsequenceTable, annotate_sites, ordered

__all__ = ["ConsequenceTable", "annotate_sites", "ordered"]
