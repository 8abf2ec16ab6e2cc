"""The snapshot's own frequencies, looked up beside Spark.

A genome-wide table has tens of millions of alleles. Joining it on Spark would shuffle every
record whose place moved (trimming, liftover); here the judged rows come back in the order of the
genome, and the local engine's own look-up fills in what it knows. Spark lets through what only
the snapshot's frequency stops; the rules that ask for it run once more on the filled values.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rareplan.engines.hail.blocks import Block
from rareplan.engines.work import FamilyWork
from rareplan.filters.facts import BatchFacts, batch_facts
from rareplan.filters.ledger import PASSED, Judgement
from rareplan.filters.rules import RULE_NAMES, RULES
from rareplan.model.ledger import Outcome

_RULES = tuple(RULE_NAMES.index(name) for name in ("frequency", "homozygotes"))


def with_snapshot_frequencies(block: Block, work: FamilyWork) -> Block:
    """The block with the higher of the file's and the snapshot's values, judged by them."""
    if work.matcher.frequencies is None or not len(block.batch):
        return block
    batch = work.matcher.place(block.batch)
    known = batch_facts(batch, work.case.pedigree.proband, work.case.assembly)
    known.exempt = np.array([bool(text) for text in block.exempt], np.bool_)
    known.max_af, known.homozygotes = block.facts.max_af.copy(), block.facts.homozygotes.copy()
    work.matcher.add_frequencies(batch, known)
    block.facts.max_af, block.facts.homozygotes = known.max_af, known.homozygotes
    return replace(block, judgement=_judged_again(block.judgement, known, work))


def _judged_again(before: Judgement, facts: BatchFacts, work: FamilyWork) -> Judgement:
    bits = before.bits.copy()
    for number in _RULES:
        judged = RULES[number].judged(facts, work.settings)
        failed = judged & RULES[number].fails(facts, work.settings)
        shift = np.uint32(2 * number)
        bits &= ~np.uint32(3 << (2 * number))
        bits |= (judged.astype(np.uint32) + failed) << shift
    first = np.full(len(bits), PASSED, np.int8)
    for number in reversed(range(len(RULES))):
        first[(bits >> np.uint32(2 * number)) & 3 == Outcome.FAIL] = number
    return Judgement(bits, first)
