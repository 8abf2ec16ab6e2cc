"""Gene, transcript, consequence and HGVS names of every allele, without a genome.

``annotate_sites`` gives a :class:`ConsequenceTable`: columns to filter by, records on demand.
``AnnotationReader`` reads what a VCF already says, ``merge`` brings the two together.
"""

from rareplan.annotate.merge import Merged, merge
from rareplan.annotate.phased import Joint, joint_consequences
from rareplan.annotate.table import ConsequenceTable, annotate_sites, ordered
from rareplan.annotate.vcf_annotations import AnnotationReader, FoundAnnotations

__all__ = [
    "AnnotationReader", "ConsequenceTable", "FoundAnnotations", "Joint", "Merged",
    "annotate_sites", "joint_consequences", "merge", "ordered",
]  # fmt: skip
