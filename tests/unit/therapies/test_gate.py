"""The direction gate, case by case and as a property of every possible snapshot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rareplan.knowledge.therapies import CuratedTherapies, PathwayEdge
from rareplan.model.therapy import Gate, Mechanism, MechanismCall
from rareplan.therapies.gate import (
    ACTIVATING,
    DIRECTIONS,
    INHIBITING,
    MECHANISM_CODES,
    REMOVING,
    combine,
    gate_curated,
    gate_inferred,
)
from rareplan.therapies.inferred import inferred_options
from rareplan.therapies.options import sort_options

LOF, GOF, DN = Mechanism.LOF, Mechanism.GOF, Mechanism.DOMINANT_NEGATIVE
HI, UNKNOWN = Mechanism.HAPLOINSUFFICIENT, Mechanism.UNKNOWN


@pytest.mark.parametrize(
    ("direction", "row", "patient", "expected"),
    [
        ("down", ["gof"], [GOF], Gate.RIGHT),
        ("down", ["gof"], [LOF], Gate.WRONG),
        ("down", ["gof"], [HI], Gate.WRONG),
        ("down", ["gof"], [LOF, GOF], Gate.DEPENDS),
        ("down", ["gof"], [UNKNOWN], Gate.UNKNOWN),
        ("up", ["lof"], [LOF], Gate.RIGHT),
        ("up", ["lof"], [HI], Gate.RIGHT),
        ("up", ["lof"], [GOF], Gate.WRONG),
        ("up", ["lof"], [DN], Gate.WRONG),
        ("up", ["lof", "dn"], [DN], Gate.RIGHT),
        ("replace", ["lof"], [GOF], Gate.WRONG),
        ("replace", ["lof"], [DN], Gate.UNKNOWN),
        ("pathway_down", ["lof"], [LOF], Gate.RIGHT),
        ("pathway_down", ["lof"], [GOF], Gate.WRONG),
        ("pathway_down", ["gof"], [LOF], Gate.WRONG),
        ("downstream", ["lof"], [GOF], Gate.UNKNOWN),
        ("downstream", ["lof"], [LOF, GOF], Gate.RIGHT),
        ("downstream", ["lof"], [LOF, UNKNOWN], Gate.DEPENDS),
        ("downstream", ["lof"], [UNKNOWN], Gate.UNKNOWN),
        ("bypass", ["lof"], [], Gate.UNKNOWN),
        ("bypass", ["lof"], [LOF, GOF], Gate.DEPENDS),
        ("downstream", ["any"], [], Gate.RIGHT),
    ],
)
def test_curated(direction: str, row: list[str], patient: list[Mechanism], expected: Gate) -> None:
    assert gate_curated(direction, "inhibitor", row, [], patient)[0] is expected


def test_wrong_for_beats_an_unknown_direction() -> None:
    assert gate_curated("downstream", "supportive", ["lof"], ["gof"], [GOF])[0] is Gate.WRONG
    assert gate_curated("downstream", "supportive", ["gof"], ["lof"], [HI])[0] is Gate.WRONG
    assert gate_curated("downstream", "x", ["gof"], ["lof"], [HI, GOF])[0] is Gate.DEPENDS


def test_an_unknown_direction_word_is_refused() -> None:
    with pytest.raises(ValueError, match="sideways"):
        gate_curated("sideways", "", ["lof"], [], [LOF])


@pytest.mark.parametrize(
    ("action", "mechanism", "null", "expected"),
    [
        ("ACTIVATOR", LOF, False, Gate.RIGHT),
        ("ACTIVATOR", LOF, True, Gate.UNKNOWN),
        ("ACTIVATOR", LOF, None, Gate.UNKNOWN),
        ("INHIBITOR", LOF, False, Gate.WRONG),
        ("INHIBITOR", GOF, False, Gate.RIGHT),
        ("ACTIVATOR", GOF, False, Gate.WRONG),
        ("INHIBITOR", DN, False, Gate.DEPENDS),
        ("DEGRADER", DN, False, Gate.RIGHT),
        ("BINDING AGENT", GOF, False, Gate.UNKNOWN),
        ("INHIBITOR", UNKNOWN, False, Gate.UNKNOWN),
    ],
)
def test_inferred(action: str, mechanism: Mechanism, null: bool | None, expected: Gate) -> None:
    assert gate_inferred(action, mechanism, null_genotype=null)[0] is expected


def test_a_lost_brake_is_never_inferred() -> None:
    edge = PathwayEdge("TSC2", "MTOR", "inhibits", "mTOR signalling", ())
    drug = {"drug": "sirolimus", "drug_id": "", "action_type": "INHIBITOR", "source": "test"}
    call = MechanismCall(gene="TSC2", possible=(HI,), null_genotype=False)
    (option,) = inferred_options("TSC2", call, {"MTOR": [drug]}, [edge])
    assert option.gate is Gate.UNKNOWN
    assert not sort_options([option]).options


def test_one_step_from_a_gain_of_function() -> None:
    edge = PathwayEdge("KRAS", "MAP2K1", "activates", "RAS-MAPK signalling", ("OMIM 190070",))
    drug = {"drug": "trametinib", "drug_id": "X1", "action_type": "INHIBITOR", "source": "test"}
    call = MechanismCall(gene="KRAS", possible=(GOF,), null_genotype=False)
    (option,) = inferred_options("KRAS", call, {"MAP2K1": [drug]}, [edge])
    assert option.gate is Gate.RIGHT
    assert option.tier == "X"
    assert option.inferred_path == "trametinib -> MAP2K1; KRAS activates MAP2K1"
    assert not option.reviewed


ACTIONS = st.sampled_from(
    [*sorted(ACTIVATING | INHIBITING | REMOVING), "", "MODULATOR", "SUBSTRATE", "binding agent"]
)
MECHANISMS = st.sets(st.sampled_from(list(Mechanism)), max_size=4).map(tuple)
GENES = ("GENE", "NEAR", "FAR")


@st.composite
def snapshots(
    draw: st.DrawFn,
) -> tuple[MechanismCall, dict[str, list[dict[str, str]]], list[PathwayEdge]]:
    call = MechanismCall(
        gene="GENE",
        possible=draw(MECHANISMS),
        null_genotype=draw(st.sampled_from([True, False, None])),
    )
    targets = {
        gene: [
            {"drug": f"drug {gene} {i}", "drug_id": "", "action_type": action, "source": "any"}
            for i, action in enumerate(draw(st.lists(ACTIONS, max_size=5)))
        ]
        for gene in GENES
    }
    effects = draw(st.lists(st.sampled_from(["activates", "inhibits"]), max_size=2))
    edges = [
        PathwayEdge("GENE", gene, effect, "p", ())
        for gene, effect in zip(GENES[1:], effects, strict=False)
    ]
    return call, targets, edges


@given(snapshots())
def test_no_path_puts_a_wrong_or_unknown_direction_above_the_line(
    snapshot: tuple[MechanismCall, dict[str, list[dict[str, str]]], list[PathwayEdge]],
) -> None:
    call, targets, edges = snapshot
    options = inferred_options("GENE", call, targets, edges)
    chosen = sort_options(options)
    placed = (*chosen.options, *chosen.wrong_way, *chosen.below_line)
    assert len(placed) == len(options)
    for option in chosen.options:
        assert option.gate is Gate.RIGHT
        assert option.tier == "X"
        _check_independently(option.inferred_path, option.therapy_class.upper(), call, edges)


def _check_independently(
    path: str, action: str, call: MechanismCall, edges: list[PathwayEdge]
) -> None:
    """The rule of the gate written a second time, from the words of the requirement."""
    assert call.possible
    assert UNKNOWN not in call.possible
    direct = ";" not in path
    for mechanism in call.possible:
        loss = mechanism in {LOF, HI}
        if direct:
            if loss:
                assert action in ACTIVATING
                assert call.null_genotype is False
            else:
                assert action in INHIBITING | REMOVING
                assert mechanism is GOF or action in REMOVING
            continue
        target = path.split(" -> ")[1].split(";", maxsplit=1)[0]
        effect = next(e.effect for e in edges if e.target == target)
        if loss:
            assert effect == "activates", "a lost brake is curated only"
            assert action in ACTIVATING
        else:
            assert mechanism is GOF
            wanted = INHIBITING | REMOVING if effect == "activates" else ACTIVATING
            assert action in wanted


@given(
    st.sampled_from(DIRECTIONS),
    st.sampled_from(["inhibitor", "knockdown", "activator", "supportive"]),
    st.sets(st.sampled_from(sorted(MECHANISM_CODES)), min_size=1).map(sorted),
    MECHANISMS,
)
def test_a_curated_row_is_right_only_for_what_it_was_written_for(
    direction: str, mode: str, row: list[str], possible: tuple[Mechanism, ...]
) -> None:
    gate, reason = gate_curated(direction, mode, row, [], possible)
    assert reason
    if gate is Gate.RIGHT:
        written = {MECHANISM_CODES[code] for code in row}
        if written & {LOF, HI}:
            written |= {LOF, HI}
        assert possible
        assert UNKNOWN not in possible
        if direction == "downstream":  # treats the consequences: one fitting mechanism will do
            assert set(possible) & written
        else:
            assert set(possible) <= written


@given(st.lists(st.sampled_from(list(Gate)), min_size=1))
def test_combining_never_turns_doubt_into_right(verdicts: list[Gate]) -> None:
    if combine(verdicts) is Gate.RIGHT:
        assert set(verdicts) == {Gate.RIGHT}


def test_every_curated_row_is_right_for_its_own_mechanism(tables: CuratedTherapies) -> None:
    for rows in tables.therapies.values():
        for row in rows:
            own = [MECHANISM_CODES[code] for code in row.mechanisms if code != "any"]
            gate, _ = gate_curated(row.direction, row.mode, row.mechanisms, row.wrong_for, own)
            assert gate is Gate.RIGHT, row.id
