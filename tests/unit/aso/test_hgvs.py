from __future__ import annotations

import pytest

from rareplan.therapies.aso.hgvs import CodingPosition, Edit, parse_coding, protein_effect


@pytest.mark.parametrize(
    ("text", "edit", "start", "end"),
    [
        ("NM_025114.4:c.2991+1655A>G", Edit.SUBSTITUTION, (2991, 1655), (2991, 1655)),
        ("c.-32-13T>G", Edit.SUBSTITUTION, (-32, -13), (-32, -13)),
        ("c.2299del", Edit.DELETION, (2299, 0), (2299, 0)),
        ("c.2299delG", Edit.DELETION, (2299, 0), (2299, 0)),
        ("c.40_42del", Edit.DELETION, (40, 0), (42, 0)),
        ("c.461-280_677+382del", Edit.DELETION, (461, -280), (677, 382)),
        ("c.6527dup", Edit.DUPLICATION, (6527, 0), (6527, 0)),
        ("c.10_11insACG", Edit.INSERTION, (10, 0), (11, 0)),
        ("c.10_12delinsTT", Edit.DELINS, (10, 0), (12, 0)),
        ("c.10_12delACGinsTT", Edit.DELINS, (10, 0), (12, 0)),
        ("c.10_20inv", Edit.INVERSION, (10, 0), (20, 0)),
        ("c.52CAG[(40_120)]", Edit.REPEAT, (52, 0), (52, 0)),
        ("c.-45+163GGGGCC[(30_1000)]", Edit.REPEAT, (-45, 163), (-45, 163)),
    ],
)
def test_parse(text: str, edit: Edit, start: tuple[int, int], end: tuple[int, int]) -> None:
    found = parse_coding(text)
    assert found is not None
    assert found.edit is edit
    assert found.start == CodingPosition(*start)
    assert found.end == CodingPosition(*end)


def test_unknown_breakpoints_keep_the_inner_bounds() -> None:
    found = parse_coding("NM_004006.3:c.(6912+1_6913-1)_(7309+1_7310-1)del")
    assert found is not None
    assert found.uncertain
    assert found.start == CodingPosition(6913, -1)
    assert found.end == CodingPosition(7309, 1)


def test_open_ended_deletion() -> None:
    found = parse_coding("c.(?_-244)_(*2691_?)del")
    assert found is not None
    assert found.start == CodingPosition(-244)
    assert found.end == CodingPosition(2691, 0, after_stop=True)


@pytest.mark.parametrize("text", ["maternal LoF", "m.3243A>G", "n.64_65insT", "c.", "c.12", ""])
def test_what_is_not_understood_is_none(text: str) -> None:
    assert parse_coding(text) is None


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("c.100+43G>A", 43),
        ("c.101-13T>G", -13),
        ("c.101-10_101-8del", -8),
        ("c.100G>A", None),
        ("c.98_100+3del", None),
    ],
)
def test_intronic_offset(text: str, offset: int | None) -> None:
    found = parse_coding(text)
    assert found is not None
    assert found.intronic_offset == offset


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("c.10_12del", -3),
        ("c.10del", -1),
        ("c.10_11insACGT", 4),
        ("c.10_12dup", 3),
        ("c.10_12delinsA", -2),
        ("c.10A>G", 0),
        ("c.10+1del", None),
    ],
)
def test_length_change(text: str, change: int | None) -> None:
    found = parse_coding(text)
    assert found is not None
    assert found.length_change == change


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("p.Gln335Ter", "stop_gained"),
        ("p.(Arg222*)", "stop_gained"),
        ("NP_1.1:p.(Lys114ArgfsTer9)", "frameshift"),
        ("p.Ala5Val", "missense"),
        ("p.(Ala1880=)", "synonymous"),
        ("p.Gly608Gly", "synonymous"),
        ("p.Phe508del", "inframe"),
        ("p.Met1?", "start_lost"),
        ("p.?", ""),
        ("", ""),
    ],
)
def test_protein_effect(text: str, effect: str) -> None:
    assert protein_effect(text) == effect
