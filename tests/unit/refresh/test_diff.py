from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.builders.snapshots import variant_of

from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.refresh.diff import diff_snapshots
from rareplan.refresh.diff_text import as_html, as_json, as_text


def _set(table: pa.Table, column: str, mask: pa.ChunkedArray, value: object) -> pa.Table:
    at = table.schema.get_field_index(column)
    kind = table.schema.field(at).type
    return table.set_column(at, column, pc.if_else(mask, pa.scalar(value, kind), table[column]))


@pytest.fixture(scope="module")
def diff(tmp_path_factory: pytest.TempPathFactory):
    from rareplan.provenance import data_dir

    base = open_knowledge(data_dir("knowledge") / "starter")

    def hpo(table: pa.Table) -> pa.Table:
        gone = pc.equal(table["id"], "HP:0001987")
        table = _set(table, "obsolete", gone, value=True)
        return _set(table, "replaced_by", gone, "HP:0002157")

    def clinvar(table: pa.Table) -> pa.Table:
        changed = pc.equal(table["variation_id"], 984188)
        return _set(table, "significance", changed, "Uncertain significance")

    def links(table: pa.Table) -> pa.Table:
        row = {"gene": "<b>NEW1</b>", "entrez_id": "1", "hgnc_id": "", "disease_id": "OMIM:237300",
               "association_type": "MENDELIAN", "source": "HPO"}  # fmt: skip
        return pa.concat_tables([table, pa.Table.from_pylist([row], table.schema)])

    folder = tmp_path_factory.mktemp("kb") / "new"
    edits = {"hpo_terms": hpo, "clinvar": clinvar, "gene_disease": links}
    new = open_knowledge(variant_of(base, folder, "new", "2027-01-01", edits))
    return diff_snapshots(base, new)


def _layer(diff, name: str):
    return next(layer for layer in diff.layers if layer.name == name)


def test_each_layer_says_what_changed(diff) -> None:
    (linked,) = _layer(diff, "gene_disease").changes
    assert (linked.kind, linked.gene) == ("linked", "<b>NEW1</b>")
    assert "its first disease" in linked.text
    (reclassified,) = _layer(diff, "clinvar").changes
    assert reclassified.variant == "2-210606889-G-T"
    assert "Pathogenic/Likely pathogenic (2*)" in reclassified.old
    assert "Uncertain significance (2*)" in reclassified.new
    (obsolete,) = _layer(diff, "hpo").changes
    assert obsolete.new == "HP:0002157"
    assert _layer(diff, "frequencies").note
    assert diff.total == 3


def test_equal_snapshots_have_no_difference(starter: KnowledgeBase) -> None:
    assert diff_snapshots(starter, starter).total == 0


def test_text_json_and_html_say_the_same(diff) -> None:
    assert "3 changes" in as_text(diff)
    assert json.loads(as_json(diff))["total"] == 3
    page = as_html(diff)
    assert "<b>NEW1" not in page
    assert "&lt;b&gt;NEW1" in page
    HTMLParser().feed(page)


def test_long_layers_are_cut_in_text(diff, tmp_path: Path) -> None:
    assert "and 1 more" in as_text(diff, limit=0)


def test_frequencies_that_cross_a_threshold(tmp_path: Path, starter: KnowledgeBase) -> None:
    from rareplan.knowledge.alleles import allele_codes
    from rareplan.refresh.tables import Built, Source, write_table

    source = Source("gnomAD", "4.1", "2024-04-19", "CC0", "https://x", "0" * 64)
    places = [(100, "A", "C"), (100, "A", "G"), (200, "AT", "A")]

    def snapshot(name: str, values: list[float]) -> KnowledgeBase:
        folder = variant_of(starter, tmp_path / name, name, "2026-01-01", {})
        table = pa.table(
            {
                "contig": pa.array([1] * 3, pa.int8()),
                "pos": pa.array([p for p, _, _ in places], pa.int32()),
                "ref": [r for _, r, _ in places],
                "alt": [a for _, _, a in places],
                "max_af": pa.array(values, pa.float32()),
                "af_group": ["nfe"] * 3,
                "homozygotes": pa.array([0] * 3, pa.int32()),
                "code": allele_codes([r for _, r, _ in places], [a for _, _, a in places]),
            }
        )
        manifest = json.loads((folder / "manifest.json").read_text())
        built = Built("frequencies", table, (source,))
        manifest["tables"]["frequencies"] = write_table(folder, built)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return open_knowledge(folder)

    old, new = snapshot("old", [0.01, 0.0005, 0.5]), snapshot("new", [0.01, 0.002, 0.001])
    texts = {c.text for c in _layer(diff_snapshots(old, new), "frequencies").changes}
    assert texts == {
        "1-100: 0.0005 -> 0.002 (crosses 0.001)",
        "1-200: 0.5 -> 0.001 (crosses 0.02)",
    }
