from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from tests.builders.case_parts import CPS1_ENDS, CPS1_STARTS
from tests.builders.case_result_builder import CASES, solved_trio, urgent_caution

from rareplan.model.result import LedgerView, PersonView, RuleCountView
from rareplan.report.gene_model import exon_views
from rareplan.report.outcome import read_result
from rareplan.report.pictures.catalogue import pictures
from rareplan.report.pictures.funnel import funnel
from rareplan.report.pictures.layout import generations, positions
from rareplan.report.pictures.svg import Picture, el, text

SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str) -> dict[str, Picture]:
    result = CASES[name]()
    return pictures(result, read_result(result))


def shapes(picture: Picture, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(str(picture.svg)).iter(SVG + tag))


@pytest.mark.parametrize("name", CASES)
def test_every_picture_is_well_formed_and_has_its_alternatives(name: str) -> None:
    for picture in drawn(name).values():
        root = ET.fromstring(str(picture.svg))
        assert root.get("role") == "img"
        ids = (root.get("aria-labelledby") or "").split()
        assert [e.get("id") for e in root if e.tag in {SVG + "title", SVG + "desc"}] == ids
        assert all(e.text for e in root if e.tag in {SVG + "title", SVG + "desc"})
        assert picture.table.rows
        assert all(len(row) == len(picture.table.header) for row in picture.table.rows)


@pytest.mark.parametrize("name", CASES)
def test_shapes_stay_inside_the_picture(name: str) -> None:
    for picture in drawn(name).values():
        root = ET.fromstring(str(picture.svg))
        _, _, width, height = (float(v) for v in (root.get("viewBox") or "").split())
        for rect in root.iter(SVG + "rect"):
            x, y = float(rect.get("x", 0)), float(rect.get("y", 0))
            assert x >= 0
            assert x + float(rect.get("width", 0)) <= width + 1, picture.key
            assert y + float(rect.get("height", 0)) <= height + 1, picture.key
        for word in root.iter(SVG + "text"):
            assert 0 <= float(word.get("y", 0)) <= height, (picture.key, word.text)


def test_which_pictures_a_case_has() -> None:
    assert set(drawn("solved_trio")) == {
        "pedigree", "exons", "heatmap", "network", "funnel", "timeline",
    }  # fmt: skip
    assert set(drawn("negative")) == {"pedigree", "funnel"}


def test_bennett_symbols() -> None:
    picture = drawn("solved_trio")["pedigree"]
    squares = [r for r in shapes(picture, "rect") if r.get("stroke") == "#16303a"]
    circles = [c for c in shapes(picture, "circle") if c.get("r") == "20"]
    assert len(squares) == 1  # father
    assert [c.get("fill") for c in circles].count("#16303a") == 1  # the affected girl
    dots = [c for c in shapes(picture, "circle") if c.get("r") == "5"]
    assert len(dots) == 2  # both parents carry one of the two variants
    assert "P" in [t.text for t in shapes(picture, "text")]  # the proband's arrow


def test_an_unknown_sex_is_a_diamond_and_unknown_affection_a_question_mark() -> None:
    result = solved_trio()
    who = PersonView(id="S1", role="sibling", father="F1", mother="M1")
    family = (*result.patient.family, who)
    patient = result.patient.model_copy(update={"family": family})
    picture = pictures(
        result.model_copy(update={"patient": patient}), read_result(result)
    )["pedigree"]  # fmt: skip
    assert len([p for p in shapes(picture, "polygon") if p.get("stroke")]) == 1
    assert "?" in [t.text for t in shapes(picture, "text")]


def test_generations_of_a_large_family() -> None:
    people = (
        PersonView(id="gf", sex="male"), PersonView(id="gm", sex="female"),
        PersonView(id="f", sex="male", father="gf", mother="gm"), PersonView(id="m", sex="female"),
        PersonView(id="aunt", sex="female", father="gf", mother="gm"),
        PersonView(id="p", father="f", mother="m"), PersonView(id="s", father="f", mother="m"),
    )  # fmt: skip
    level = generations(people)
    assert (level["gf"], level["f"], level["m"], level["aunt"], level["p"]) == (0, 1, 1, 1, 2)
    spots = positions(people)
    assert len(set(spots.values())) == len(people)  # nobody stands on anybody
    by_row: dict[int, list[float]] = {}
    for x, depth in spots.values():
        by_row.setdefault(depth, []).append(x)
    for row in by_row.values():
        ordered = sorted(row)
        assert all(b - a >= 1 for a, b in pairwise(ordered))


def test_a_looped_pedigree_ends() -> None:
    people = (PersonView(id="a", father="b"), PersonView(id="b", father="a"))
    assert len(positions(people)) == 2


def test_exon_views_know_coding_and_frame() -> None:
    exons = exon_views([1, 101, 201, 301], [50, 130, 240, 400], 41, 320, 1)
    assert [e.coding_length for e in exons] == [10, 30, 40, 20]
    assert [e.skippable for e in exons] == [False, True, False, False]
    assert [e.number for e in exon_views([1, 101], [50, 130], 0, 0, -1)] == [1, 2]
    assert exon_views([1, 101], [50, 130], 0, 0, -1)[0].start == 101  # transcript order
    assert exon_views([1], [50], 0, 0, 1)[0].skippable is None


def test_the_variant_is_in_its_exon() -> None:
    table = drawn("solved_trio")["exons"].table
    marked = [row for row in table.rows if row[-1]]
    assert [(r[0], r[-1]) for r in marked] == [
        ("10", "NM_001875.5:c.1003C>T"),
        ("18", "NM_001875.5:c.2140G>T"),
    ]
    lengths = [end - start + 1 for start, end in zip(CPS1_STARTS, CPS1_ENDS, strict=True)][1:-1]
    in_frame = [str(n) for n, length in enumerate(lengths, start=2) if length % 3 == 0]
    assert [r[0] for r in table.rows if r[4] == "yes"] == in_frame
    assert 10 not in map(int, in_frame)  # 139 bases


def test_a_variant_on_the_reverse_strand_is_pinned_in_transcript_order() -> None:
    result = urgent_caution()
    picture = pictures(result, read_result(result))["exons"]
    hit = next(row for row in picture.table.rows if row[-1])
    assert int(hit[1].replace(",", "")) <= 89327201 <= int(hit[2].replace(",", ""))


def test_the_funnel_counts_down_to_what_passed() -> None:
    rules = (
        RuleCountView(rule="a", description="first", tested=10, stopped=6),
        RuleCountView(rule="b", description="second", tested=4, stopped=3),
    )
    table = funnel(LedgerView(alleles=10, passed=1, rules=rules)).table
    assert [row[3] for row in table.rows] == ["10", "4", "1"]


def test_an_empty_file_has_a_funnel() -> None:
    assert funnel(LedgerView(alleles=0, passed=0, rules=())).table.rows


def test_the_heat_map_prints_the_number_in_each_cell() -> None:
    picture = drawn("solved_trio")["heatmap"]
    words = [t.text for t in shapes(picture, "text")]
    for row in picture.table.rows:
        assert all(cell in words for cell in row[1:])


def test_urgent_treatments_stand_in_the_first_lane() -> None:
    rows = drawn("solved_trio")["timeline"].table.rows
    assert [r[0] for r in rows] == ["hours", "hours", "days-weeks"]


def test_svg_text_is_escaped() -> None:
    assert "<script>" not in text(0, 0, "<script>alert(1)</script>")
    assert str(el("rect", x='1" onload="x')) == '<rect x="1&#34; onload=&#34;x"></rect>'


def test_partners_stand_side_by_side_and_families_do_not_cross() -> None:
    people = (
        PersonView(id="gf", sex="male"), PersonView(id="gm", sex="female"),
        PersonView(id="gf2", sex="male"), PersonView(id="gm2", sex="female"),
        PersonView(id="f", sex="male", father="gf", mother="gm"),
        PersonView(id="m", sex="female", father="gf2", mother="gm2"),
        PersonView(id="uncle", sex="male", father="gf", mother="gm"),
        PersonView(id="aunt", sex="female", father="gf2", mother="gm2"),
        PersonView(id="a", father="f", mother="m"), PersonView(id="p", father="f", mother="m"),
        PersonView(id="b", father="f", mother="m"),
    )  # fmt: skip
    x = {id_: column for id_, (column, _) in positions(people).items()}
    for father, mother in (("f", "m"), ("gf", "gm"), ("gf2", "gm2")):
        assert x[mother] == x[father] + 1
    assert x["uncle"] < x["f"] < x["m"] < x["aunt"]
    assert x["gm"] < x["gf2"]
    assert (x["f"] + x["m"]) / 2 == x["p"]  # over the middle of the children
