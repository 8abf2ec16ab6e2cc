from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("hail", reason="needs the hail extra")


@pytest.mark.parity
@pytest.mark.slow
def test_tables_are_exported_for_the_cluster(tmp_path: Path) -> None:
    import hail as hl
    from click.testing import CliRunner

    from rareplan.cli.main import cli
    from rareplan.engines.hail.session import get_session
    from rareplan.knowledge import open_knowledge
    from rareplan.provenance import data_dir
    from rareplan.refresh.export import export_hail

    assert "export" in CliRunner().invoke(cli, ["kb", "--help"]).output
    kb = open_knowledge(data_dir("knowledge") / "starter")
    get_session()
    rows = export_hail(kb, tmp_path / "ht", tmp_path / "tmp")
    assert rows["clinvar"] == kb.rows("clinvar")
    table = hl.read_table(str(tmp_path / "ht" / "clinvar.ht"))
    assert table.count() == kb.rows("clinvar")
    assert list(table.key) == ["locus", "alleles"]
    locus = hl.locus("chr2", 210606889, reference_genome="GRCh38")
    (found,) = table.filter((table.locus == locus) & (table.alleles == ["G", "T"])).collect()
    assert found.variation_id == 984188
    assert hl.eval(table.index_globals().snapshot_sha256) == kb.sha256
