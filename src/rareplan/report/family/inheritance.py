"""How the change sits in the genes and what that means for a family, by mode of inheritance.

General facts of the mode only: a relative's own result is never told.
"""

from __future__ import annotations

from rareplan.report.family.teller import N_, Sentence, Teller
from rareplan.report.outcome import Reading

# By the start of Candidate.inheritance; the first that fits counts.
_COPIES = (
    ("AR homozygous", (N_("Both copies of this gene have the same change."),)),
    ("AR compound", (N_("There are two changes, and each copy of the gene seems to have one."),)),
    ("AR", (N_("No good copy of this gene seems to be left."),)),
    ("XL", (N_("This gene sits on the X chromosome."),)),
    ("AD", (N_("One of the two copies of this gene has a change."),)),
    ("mito", (N_("This gene sits in the parts of the cell that make energy."),)),
)
_PARENTS_CAN_TELL = N_("A test of both parents can make this sure.")
_FAMILY = (
    (
        "AR",
        (
            N_("We all have two copies of most genes, one from each parent."),
            N_("In this kind of condition, both copies have a change."),
            N_("A person with one changed copy and one good copy is called a carrier."),
            N_("Most carriers are well and do not know it."),
            N_(
                "When both parents are carriers, about 25 of 100 of their children "
                "have the condition."
            ),
        ),
    ),
    (
        "XL de novo",
        (
            N_("The change seems to be new."),
            N_("The chance that a brother or sister has it too is small, but it is not zero."),
        ),
    ),
    (
        "XL dominant",
        (
            N_("One changed copy can be enough, in a boy and in a girl."),
            N_("The change can be new, or it can come from a parent."),
            N_("When a mother has the change, about 50 of 100 of her children get it."),
        ),
    ),
    (
        "XL",
        (
            N_("A boy has one X, and a girl has two."),
            N_("The change can be new, or it can come from a mother who is well."),
            N_("A test of the mother can tell, if she wants it."),
            N_("When a mother has the change, about 50 of 100 of her sons have the condition."),
        ),
    ),
    (
        "AD de novo",
        (
            N_("The change seems to be new."),
            N_("The chance that a brother or sister has it too is small, but it is not zero."),
        ),
    ),
    (
        "AD",
        (
            N_("The change can be new, or it can come from a parent."),
            N_("A person with such a change passes it on to about 50 of 100 of their children."),
            N_("Some people with the change have few signs or none."),
        ),
    ),
    (
        "mito",
        (
            N_("Changes like this are passed on by mothers only."),
            N_("The signs can differ much from one child to the next."),
        ),
    ),
)


def _fitting(table: tuple[tuple[str, tuple[str, ...]], ...], mode: str) -> tuple[str, ...]:
    return next((texts for start, texts in table if mode.startswith(start)), ())


def copies_of(tell: Teller, reading: Reading, path: str) -> list[Sentence]:
    """Which copies carry a change; says when a test of the parents would make it sure."""
    lead = reading.lead
    if lead is None:
        return []
    told = [tell.say(text, f"{path}.inheritance") for text in _fitting(_COPIES, lead.inheritance)]
    if lead.inheritance == "AR compound heterozygous" and lead.segregation != "PROVED":
        told.append(tell.say(_PARENTS_CAN_TELL, f"{path}.segregation", f"{path}.phase"))
    return told


def family_facts(tell: Teller, reading: Reading, path: str) -> list[Sentence]:
    """What the mode means for relatives, in natural frequencies."""
    mode = reading.lead.inheritance if reading.lead else ""
    return [tell.say(text, f"{path}.inheritance") for text in _fitting(_FAMILY, mode)]
