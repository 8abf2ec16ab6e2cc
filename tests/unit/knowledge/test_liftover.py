from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.liftover import liftover
from rareplan.model.genome import Contig

# Pairs of one site in both assemblies: dbSNP rs80357906 (BRCA1 c.5266dup), rs113993960 (CFTR
# F508del), rs6025 (factor V Leiden), rs28897696 (BRCA1), m.3243A>G.
PAIRS = [
    (Contig(17), 41209079, 43057062),
    (Contig(7), 117199644, 117559590),
    (Contig(1), 169519049, 169549811),
    (Contig(17), 41215920, 43063903),
    (Contig.MT, 3243, 3243),
]


@pytest.mark.parametrize(("contig", "old", "new"), PAIRS)
def test_known_sites(starter: KnowledgeBase, contig: Contig, old: int, new: int) -> None:
    lift = liftover(starter)
    there = lift.to_grch38([contig], [old])
    assert [int(x[0]) for x in there] == [contig, new, 1]
    back = lift.to_grch37([contig], [new])
    assert [int(x[0]) for x in back] == [contig, old, 1]


def test_what_has_no_counterpart_is_contig_zero(starter: KnowledgeBase) -> None:
    contig, pos, strand = liftover(starter).to_grch38([1, 1, 0], [1, 400_000_000, 5])
    assert contig.tolist() == [0, 0, 0]
    assert pos.tolist() == [0, 0, 0]
    assert strand.tolist() == [0, 0, 0]


def test_there_and_back(starter: KnowledgeBase) -> None:
    rng = np.random.default_rng(7)
    contig = rng.integers(1, 24, 200_000).astype(np.int8)
    pos = rng.integers(1, 50_000_000, 200_000)
    lift = liftover(starter)
    there_contig, there_pos, strand = lift.to_grch38(contig, pos)
    mapped = there_contig > 0
    assert mapped.mean() > 0.85  # the rest are gaps
    assert (strand[mapped] == -1).any()
    back_contig, back_pos, _ = lift.to_grch37(there_contig[mapped], there_pos[mapped])
    same = (back_contig == contig[mapped]) & (back_pos == pos[mapped])
    assert same.mean() > 0.99  # a few GRCh37 bases share one GRCh38 base


@pytest.mark.shared
def test_agrees_with_an_independent_reading_of_the_chain(
    starter: KnowledgeBase, shared_data: Path
) -> None:
    """PyLiftover-style walk over the chain of the validation data, base by base."""
    path = shared_data / "consequences" / "grch37_to_grch38.over.chain.gz"
    if not path.is_file():
        pytest.skip("chain file is not here")
    import gzip

    rng = np.random.default_rng(3)
    wanted = sorted(int(x) for x in rng.integers(1, 135_000_000, 3000))
    found: dict[int, tuple[str, int, str]] = {}
    at = to = size = 0
    keep = False
    target, strand = "", "+"
    with gzip.open(path, "rt") as lines:
        for line in lines:
            f = line.split()
            if f[:1] == ["chain"]:
                keep = f[2] == "11"
                at, to, size, target, strand = int(f[5]), int(f[10]), int(f[8]), f[7], f[9]
            elif f and keep:
                length = int(f[0])
                for p in wanted:
                    if at < p <= at + length and p not in found:
                        there = to + (p - at - 1)
                        found[p] = (target, there + 1 if strand == "+" else size - there, strand)
                if len(f) == 3:
                    at, to = at + length + int(f[1]), to + length + int(f[2])
    contig, pos, turn = liftover(starter).to_grch38(np.full(len(wanted), 11, np.int8), wanted)
    for p, c, q, s in zip(wanted, contig, pos, turn, strict=True):
        expected = found.get(p)
        if expected is None or "_" in expected[0]:
            assert c == 0
        else:
            assert (Contig(int(c)).ucsc, int(q), {1: "+", -1: "-"}[int(s)]) == expected
