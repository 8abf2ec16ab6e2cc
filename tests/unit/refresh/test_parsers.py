from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from rareplan.knowledge.frequencies import FrequencyTable
from rareplan.knowledge.liftover import Liftover
from rareplan.model.genome import Contig
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parsers import (
    approvals,
    clingen,
    clinvar,
    constraint,
    drug_targets,
    gencc,
    gnomad,
    hgnc,
    hpo,
    mane,
    maxo,
    missense,
    mondo,
    orphadata,
)
from rareplan.refresh.parsers.chain import parse_chain


def _model(coding: str, *, strand: int = 1) -> tuple[mane.Model, str]:
    """Two exons of 10 + the rest, CDS after 4 bases of leader, 3 bases of tail."""
    text = "CCCC" + coding + "GGG"
    exons = [(101, 110), (201, 200 + len(text) - 10)]
    first, last = (105, exons[1][1] - 3)
    model = mane.Model("NM_1.1", "G", Contig(1), strand, 101, exons[1][1], "protein_coding", "")
    model.exons = exons
    model.cds = [(first, 110), (201, last)]
    if strand < 0:
        model.exons = [(101, 100 + len(text) - 10), (201, 210)]
        model.cds = [(104, 100 + len(text) - 10), (201, 206)]
    return model, text


@pytest.mark.parametrize("strand", [1, -1])
def test_a_sequence_that_fits_has_no_fault(strand: int) -> None:
    model, text = _model("ATGGCTGCTTAA", strand=strand)
    assert mane.sequence_fault(model, text) == ""
    first, stop = model.coding_offsets()
    assert text[first:stop] == "ATGGCTGCTTAA"


@pytest.mark.parametrize(
    ("coding", "fault"),
    [
        ("ATGGCTGCTGCT", "does not end with a stop"),
        ("CCCGCTGCTTAA", "begins with CCC"),
        ("ATGTAAGCTTAA", "stop at codon 2"),
        ("ATGGCTGCTTA", "not a multiple of three"),
    ],
)
def test_a_sequence_that_does_not_fit_is_told(coding: str, fault: str) -> None:
    model, text = _model(coding)
    assert fault in mane.sequence_fault(model, text)


def test_selenocysteine_is_not_a_stop() -> None:
    model, text = _model("ATGTGAGCTTAA")
    assert mane.sequence_fault(model, text) == ""


def test_another_length_is_told() -> None:
    model, text = _model("ATGGCTGCTTAA")
    assert "bases for exons of" in mane.sequence_fault(model, text + "A")


@pytest.mark.shared
def test_mane_gff_of_chr22_agrees_with_the_starter(shared_data: Path) -> None:
    from rareplan.knowledge import open_knowledge
    from rareplan.provenance import data_dir

    path = shared_data / "consequences" / "MANE_refseq_chr22.gff.gz"
    with gzip.open(path, "rt") as lines:
        models = mane.parse_gff(lines)
    assert len(models) == 423
    kb = open_knowledge(data_dir("knowledge") / "starter")
    own = {r["refseq"]: r for r in kb.table("transcripts").to_pylist() if r["refseq"]}
    same = [m for m in models.values() if m.refseq in own]
    assert len(same) > 390
    for model in same:
        row = own[model.refseq]
        exons = list(zip(row["exon_starts"], row["exon_ends"], strict=True))
        coding = [(min(a for a, _ in model.cds), max(b for _, b in model.cds))] if model.cds else []
        assert exons == model.exons
        assert coding in ([(row["cds_start"], row["cds_end"])], [])


def test_clinvar_rows() -> None:
    info = (
        "CLNDISDB=MONDO:MONDO:0009061,OMIM:219700|MedGen:CN1;CLNDN=Cystic_fibrosis|not_provided;"
        "CLNREVSTAT=reviewed_by_expert_panel;CLNSIG=Pathogenic/Likely_pathogenic;"
        "MC=SO:0001587|nonsense,SO:0001619|non-coding_transcript_variant"
    )
    row = clinvar.parse_row(f"X\t5\t12\tA\tT\t.\t.\t{info}\n")
    assert row == (
        23, 5, "A", "T", 12, "Pathogenic/Likely pathogenic", 3, ["Cystic fibrosis"],
        ["MONDO:0009061"], ["non_coding_transcript_variant", "stop_gained"],
    )  # fmt: skip
    assert clinvar.parse_row(f"NW_1\t5\t12\tA\tT\t.\t.\t{info}\n") is None
    assert clinvar.parse_row("1\t5\t12\tA\tT\t.\t.\tALLELEID=1\n") is None


def _sites(rows: list[tuple[str, int, str, str, str, str]]) -> list[bytes]:
    return [f"{c}\t{p}\t.\t{r}\t{a}\t.\t{f}\t{info}\n".encode() for c, p, r, a, f, info in rows]


def test_gnomad_keeps_what_matters_and_is_found_again(tmp_path: Path) -> None:
    common = "AF_joint=0.1;nhomalt_joint=7;AF_grpmax_joint=0.25;grpmax_joint=afr"
    writer = gnomad.SitesWriter(tmp_path / "f.parquet")
    writer.add(
        _sites(
            [
                ("chr1", 100, "A", "G", "PASS", common),
                ("chr1", 100, "A", "C", "PASS", "AF_joint=1e-6;nhomalt_joint=0"),
                ("chr1", 101, "AT", "A", "PASS", "AF_joint=1e-6;nhomalt_joint=2"),
                ("chr1", 102, "A", "G", "AC0", common),
                ("chr1", 103, "A", "G", ".", "AF_joint=0.2;XAF_grpmax_joint=0.9"),
            ]
        )
    )
    writer.add(_sites([("chrX", 5, "C", "T", "PASS", common)]))
    writer.close()
    file = pq.ParquetFile(tmp_path / "f.parquet")
    table = FrequencyTable(file, "gnomAD 4.1", 1e-4, {1: [0], 23: [1]}, {1: 0, 23: 3})
    rows = table.find(
        np.array([1, 1, 1, 1, 1, 23, 2], np.int8),
        np.array([100, 100, 101, 102, 103, 5, 5]),
        ["A", "A", "AT", "A", "A", "C", "C"],
        ["G", "C", "A", "G", "G", "T", "T"],
    )
    assert rows.tolist() == [0, -1, 1, -1, 2, 3, -1]
    first = table.frequency(0)
    assert (first.max_af, first.group, first.homozygotes) == (pytest.approx(0.25), "afr", 7)
    assert table.frequency(2).max_af == pytest.approx(0.2)
    assert table.frequency(3).group == "afr"
    assert table.covers(23)
    assert not table.covers(24)


def test_gnomad_refuses_what_is_not_sorted(tmp_path: Path) -> None:
    writer = gnomad.SitesWriter(tmp_path / "f.parquet")
    lines = _sites([("chr1", 9, "A", "G", "PASS", "AF_joint=0.1"),
                    ("chr1", 8, "A", "G", "PASS", "AF_joint=0.1")])  # fmt: skip
    with pytest.raises(SourceError, match="ascending"):
        writer.add(lines)
    writer.close()


def test_constraint_takes_the_mane_transcript() -> None:
    head = "gene\ttranscript\tcanonical\tmane_select\tlof.pLI\tlof.oe_ci.upper\tmis.z_score"
    table = constraint.parse_constraint(
        [head, "G\tENST2\ttrue\tfalse\t0.1\t0.2\t0.3", "G\tENST1\ttrue\ttrue\t0.9\tNA\t3",
         "G\tNM_1\ttrue\ttrue\t0.5\t0.5\t0.5"], "x",
    )  # fmt: skip
    (row,) = table.to_pylist()
    assert row["transcript"] == "ENST1"
    assert row["pli"] == pytest.approx(0.9)
    assert np.isnan(row["loeuf"])


def test_drugs_with_unclear_licences_are_left_out() -> None:
    head = "gene_name\tdrug_name\tdrug_concept_id\tinteraction_source_db_name\tinteraction_types"
    rows = drug_targets.dgidb(
        [f"{head}\tdrug_is_approved", "A\tX\tc:1\tFDA\tinhibitor\tTRUE", "B\tY\tc:2\tTTD\tx\tTRUE"]
    )
    assert rows == [("X", "c:1", "A", "INHIBITOR", True, "DGIdb: FDA")]


def test_withdrawn_drugs_are_not_approved() -> None:
    moa = [{"chemblIds": ["C1", "C2"], "targets": ["E1"], "actionType": "INHIBITOR"}]
    molecules = [
        {"id": "C1", "name": "A", "isApproved": True, "hasBeenWithdrawn": True},
        {"id": "C2", "name": "B", "maximumClinicalStage": "APPROVAL"},
    ]
    assert [r[4] for r in drug_targets.open_targets(moa, molecules)] == [False, True]


@pytest.mark.parametrize(
    ("text", "date"),
    [("20010510", "2001-05-10"), ("30/05/2017", "2017-05-30"),
     ("2021-07-16 00:00:00", "2021-07-16"),
     ("", ""), ("soon", "")],
)  # fmt: skip
def test_dates_of_regulators(text: str, date: str) -> None:
    assert approvals.iso_date(text) == date


def test_us_dates_are_month_first() -> None:
    assert approvals.us_date("9/05/17") == "2017-09-05"
    assert approvals.us_date("11/20/2001") == "2001-11-20"


def test_a_zip_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", "0" * 10_000)
    monkeypatch.setattr(approvals, "_LARGEST", 100)
    with pytest.raises(SourceError, match="sensible size"):
        approvals._zipped_json(path)


def test_missense_scores_keep_the_highest(tmp_path: Path) -> None:
    lines = [
        "# Copyright\n",
        "#CHROM\tPOS\tREF\tALT\tgenome\tam_pathogenicity\n",
        "chr1\t5\tA\tC\thg38\t0.3\n",
        "chr1\t5\tA\tC\thg38\t0.9\n",
        "chr1\t5\tA\tG\thg38\t0.1\n",
    ]
    assert missense.write_scores(missense.alphamissense(lines), tmp_path / "s.parquet") == 2
    scores = pq.read_table(tmp_path / "s.parquet").to_pylist()
    assert [round(r["score"], 3) for r in scores] == [0.9, 0.1]


def test_orphadata_never_resolves_external_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    text = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
        "<JDBOR version='1' date='2026'><DisorderList><Disorder><OrphaCode>1</OrphaCode>"
        "<Name>&e;</Name></Disorder></DisorderList></JDBOR>"
    )
    found, _, _ = orphadata.disorders(io.BytesIO(text.encode()))
    assert "SECRET" not in str(found)


def test_damaged_xml_is_the_sources_fault() -> None:
    with pytest.raises(SourceError, match="damaged"):
        orphadata.disorders(io.BytesIO(b"<JDBOR><Disorder>"))


@pytest.mark.parametrize(
    ("parse", "lines"),
    [
        (hpo.parse_hpoa, ["a\tb\n"]),
        (hpo.parse_genes_to_disease, ["a\tb\n"]),
        (hpo.obo_version, ["<html>"]),
        (hgnc.parse_hgnc, ["hgnc_id\tsymbol\n"]),
        (mondo.parse_sssom, ["a\tb\n"]),
        (mane.parse_summary, ["#a\tb\n"]),
        (mane.parse_gff, ["##gff-version 3\n"]),
        (clinvar.parse_vcf, ["##fileDate=2026-01-01\n"]),
        (gencc.parse_gencc, ["a\tb\n"]),
        (clingen.parse_dosage, ["a\tb\n"]),
        (clingen.parse_validity, ['"a","b"\n']),
        (maxo.parse_maxo, ["a\tb\n"]),
        (drug_targets.dgidb, ["a\tb\n"]),
        (approvals.orphan_designations, ["a,b\n"]),
    ],
)
def test_other_columns_are_the_sources_fault(parse, lines: list[str]) -> None:
    with pytest.raises(SourceError):
        parse(lines)


def test_chain_blocks_on_the_minus_strand_and_overlaps(tmp_path: Path) -> None:
    text = (
        "chain 900 chr1 1000 + 100 200 chr2 500 - 50 150 1\n100\n\n"
        "chain 10 chr1 1000 + 150 250 chr3 900 + 0 100 2\n100\n\n"
        "chain 5 chr1_alt 10 + 0 5 chr2 500 + 0 5 3\n5\n"
    )
    path = tmp_path / "c.gz"
    path.write_bytes(gzip.compress(text.encode()))
    lift = Liftover(parse_chain(path))
    contig, pos, strand = lift.to_grch38([1, 1, 1, 1], [101, 200, 201, 251])
    assert contig.tolist() == [2, 2, 3, 0]
    assert pos.tolist() == [450, 351, 51, 0]
    assert strand.tolist() == [-1, -1, 1, 0]
