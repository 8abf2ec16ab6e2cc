"""What the verdict does not say: can the tissue be reached, is there time, is phase needed."""

from __future__ import annotations

from rareplan.therapies.aso.facts import AsoFacts, Strategy
from rareplan.therapies.aso.gate import is_toxic

# Routes in clinical use for oligonucleotides. Approved examples: nusinersen and tofersen
# (intrathecal), inotersen and GalNAc drugs (liver), eteplirsen (muscle, small effect),
# fomivirsen (eye); labels of these medicines.
REACH = {
    "CNS": "brain and spinal cord: reached by intrathecal injection (approved drugs exist)",
    "eye": "retina: reached by intravitreal injection",
    "liver": "liver: reached under the skin (GalNAc conjugates)",
    "muscle": "skeletal muscle: reached poorly by naked oligonucleotides; conjugates are in trials",
    "heart": "heart: reached poorly",
    "kidney": "kidney: reached in part (proximal tubule)",
    "skin": "skin: topical delivery is in trials",
    "lung": "airway: inhaled oligonucleotides are in trials",
    "blood": "blood-forming cells: not reached in the body; editing outside the body is preferred",
    "inner ear": "inner ear: local injection, not yet in people",
}


def general_flags(facts: AsoFacts, strategy: Strategy) -> tuple[str, ...]:
    """Flags beyond the verdict for a strategy that is not closed."""
    flags = []
    if facts.tissue:
        flags.append("tissue: " + REACH.get(facts.tissue, f"{facts.tissue}: reach not known"))
    else:
        flags.append("tissue: not curated for this gene; ask whether it can be reached")
    if facts.window:
        flags.append(f"window: {facts.window}")
    if strategy is Strategy.KNOCKDOWN and is_toxic(facts) and not facts.in_phase_snps:
        flags.append("phasing: long reads would show SNPs for an allele-specific design")
    if strategy in {Strategy.SPLICE, Strategy.SKIP} and facts.inheritance == "AR":
        flags.append("phasing: make sure that the second variant lies on the other copy")
    return tuple(flags)
