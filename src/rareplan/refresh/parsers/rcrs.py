"""The revised Cambridge Reference Sequence (NC_012920.1): sequence of the mitochondrial genes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rareplan.knowledge.sequence import encode
from rareplan.model.genome import Assembly, Contig
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parsers.mane import parse_fasta
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built

PARSER_VERSION = 1


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``rcrs``: base codes 0-4 of the 16,569 bases."""
    _, text = next(parse_fasta(inputs.lines("rcrs.fasta")), ("", ""))
    expected = Assembly.GRCH38.lengths[Contig.MT]
    if len(text) != expected:
        raise SourceError(f"rCRS has {len(text)} bases instead of {expected}")
    codes = np.asarray(encode(text))
    yield Built("rcrs", {"codes": codes}, (inputs.source("rcrs.fasta", "NC_012920.1"),))
