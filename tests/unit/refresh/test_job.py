from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from rareplan.errors import KnowledgeError
from rareplan.knowledge.clinvar import clinvar
from rareplan.knowledge.diseases import diseases
from rareplan.knowledge.gene_facts import constraint_of, dosage_of, validity_of
from rareplan.knowledge.genes import genes
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.refresh.job import RefreshRequest, refresh

ALL = RefreshRequest()


def test_a_refresh_from_nothing_builds_a_whole_snapshot(home, specs, quick, upstream) -> None:
    summary = refresh(home, specs, quick, ALL)
    assert summary.failed == []
    assert summary.changed
    assert summary.exit_code == 0
    kb = home.open_current()
    assert kb is not None
    assert kb.verify() == []
    assert kb.name == summary.snapshot
    bundle = TranscriptBundle.from_knowledge(kb)
    row = list(bundle.refseq).index("NM_001875.5")
    assert bundle.sequence is not None
    first = int(bundle.sequence_offset[row] + bundle.cds_first[row])
    assert bundle.sequence.text(first, first + 3) == "ATG"
    assert bundle.sequence.text(first + 334 * 3, first + 335 * 3) == "CAG"
    assert (bundle.contig == 25).sum() > 13
    assert genes(kb).find("CPS1").contig == 2
    assert [d.id for d in diseases(kb).of_gene("CPS1")]
    table = clinvar(kb)
    assert table.scope == "every classification"
    uncertain = kb.table("clinvar_other").to_pylist()[-1]
    (row,) = table.find(
        [uncertain["contig"]], [uncertain["pos"]], [uncertain["ref"]], [uncertain["alt"]]
    )
    assert row >= len(table)
    assert table.record(int(row)).significance == "Uncertain significance"
    assert table.key(int(row)).pos == uncertain["pos"]
    assert dosage_of(kb, "MECP2").haploinsufficiency == 3
    assert dosage_of(kb, "TTN").haploinsufficiency is None
    assert constraint_of(kb, "CPS1").loeuf == pytest.approx(0.81)
    assert {v.source for v in validity_of(kb, "CPS1")} == {"ClinGen", "GenCC: Ambry"}
    targets = kb.table("drug_targets").to_pylist()
    assert ("IVACAFTOR", "CFTR") in {(t["drug"], t["target"]) for t in targets}
    assert "SECRET" not in {t["drug"] for t in targets}
    assert {"FDA", "EMA"} == set(kb.table("approvals")["agency"].to_pylist())
    assert kb.has("curated/therapies")
    assert not any("UCSC" in s.name for s in kb.sources())


def test_a_second_refresh_transfers_nothing_and_changes_nothing(
    home, specs, quick, upstream
) -> None:
    first = refresh(home, specs, quick, ALL)
    listings = {"/mane/", "/ot/moa/", "/ot/molecule/"}
    upstream.served.clear()
    second = refresh(home, specs, quick, ALL)
    assert sum(n for path, n in upstream.served.items() if path not in listings) == 0
    assert not second.changed
    assert second.snapshot == first.snapshot
    assert {o.status for o in second.sources} == {"unchanged"}
    assert len(home.names()) == 1


def test_only_a_source_that_changed_is_parsed_again(home, specs, quick, upstream) -> None:
    refresh(home, specs, quick, ALL)
    upstream.files["/maxo-annotations.tsv"] += (
        b"MONDO:0009061\tcystic fibrosis\tPMID:20301428\tMAXO:0000502\tphysiotherapy\t"
        b"HP:0002110\ttreats\tTAS\t\t\t\t\tx\t2026-10-01\t2026-10-01\n"
    )
    summary = refresh(home, specs, quick, ALL)
    assert {o.source for o in summary.sources if o.status == "new"} == {"maxo"}
    assert home.open_current().rows("disease_actions") == 31
    assert len(home.names()) == 2


def test_one_source_that_fails_leaves_the_others(home, specs, quick, upstream) -> None:
    upstream.status["/gencc.tsv"] = [500] * 99
    del upstream.files["/maxo-annotations.tsv"]
    summary = refresh(home, specs, quick, ALL)
    assert sorted(summary.failed) == ["gencc", "maxo"]
    assert summary.exit_code == 1
    kb = home.open_current()
    assert kb.verify() == []
    assert {v.source for v in validity_of(kb, "CPS1")} == {"ClinGen"}
    assert not kb.has("disease_actions")
    told = json.loads((home.root / "last-refresh.json").read_text())
    assert told["failed"] == summary.failed


def test_a_failed_source_keeps_its_last_good_tables(home, specs, quick, upstream) -> None:
    refresh(home, specs, quick, ALL)
    upstream.files["/gencc.tsv"] = b'"other"\t"columns"\n"1"\t"2"\n'
    upstream.files["/constraint.tsv"] += b"NEW\tENST1\ttrue\ttrue\t0.1\t0.2\t0.3\n"
    summary = refresh(home, specs, quick, ALL)
    assert summary.failed == ["gencc"]
    assert "columns" in next(o.message for o in summary.sources if o.source == "gencc")
    kb = home.open_current()
    assert {v.source for v in validity_of(kb, "CPS1")} == {"ClinGen", "GenCC: Ambry"}
    assert constraint_of(kb, "NEW") is not None


def test_half_the_rows_stop_a_source_until_they_are_accepted(home, specs, quick, upstream) -> None:
    refresh(home, specs, quick, ALL)
    text = gzip.decompress(upstream.files["/clinvar.vcf.gz"]).decode().splitlines()
    body = [x for x in text if not x.startswith("#")]
    kept = [x for x in text if x.startswith("#")] + body[len(body) // 2 :]
    kept += [x for x in body if "\t7105\t" in x and x not in kept]
    upstream.files["/clinvar.vcf.gz"] = gzip.compress("\n".join(kept).encode(), mtime=0)
    digest = hashlib.md5(upstream.files["/clinvar.vcf.gz"]).hexdigest()
    upstream.files["/clinvar.vcf.gz.md5"] = digest.encode()
    before = home.open_current().rows("clinvar")
    summary = refresh(home, specs, quick, ALL)
    assert summary.failed == ["clinvar"]
    assert "--accept-drift clinvar" in summary.sources[5].message
    assert home.open_current().rows("clinvar") == before
    accepted = refresh(home, specs, quick, RefreshRequest(accept_drift=("clinvar",)))
    assert accepted.failed == []
    assert home.open_current().rows("clinvar") < before


def test_a_source_that_no_longer_says_what_must_hold_is_refused(
    home, specs, quick, upstream
) -> None:
    text = upstream.files["/hgnc_complete_set.txt"].replace(b"7q31.2", b"9q31.2")
    upstream.files["/hgnc_complete_set.txt"] = text
    summary = refresh(home, specs, quick, ALL)
    assert summary.failed == ["hgnc"]
    assert "CFTR is on 7q31" in next(o.message for o in summary.sources if o.source == "hgnc")
    assert genes(home.open_current()).find("CFTR").contig == 7


def test_a_mirror_folder_needs_no_network(home, specs, quick, upstream, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    for source, spec in specs.items():
        for file in spec.files:
            path = file.url.removeprefix(upstream.address)
            folder = mirror / source
            folder.mkdir(parents=True, exist_ok=True)
            if file.pattern and file.gzip:
                listing = upstream.files[path].decode()
                name = max(m.group(0) for m in re.finditer(file.pattern, listing))
                (folder / name).write_bytes(upstream.files[path + name])
            else:
                listed = path + ("00000000.parquet" if file.pattern else "")
                (folder / file.id).write_bytes(upstream.files[listed])
    upstream.asked.clear()
    summary = refresh(home, specs, quick, RefreshRequest(mirror=mirror))
    assert summary.failed == []
    assert upstream.asked == []
    assert home.open_current().verify() == []
    again = refresh(home, specs, quick, RefreshRequest(mirror=mirror))
    assert not again.changed


def test_rollback_and_pruning(home, specs, quick, upstream) -> None:
    settings = quick.model_copy(update={"keep": 2})
    names = []
    for n in range(4):
        upstream.files["/constraint.tsv"] += f"N{n}\tE\ttrue\ttrue\t0\t0\t0\n".encode()
        names.append(refresh(home, specs, settings, ALL).snapshot)
    assert home.names() == names[1:]
    assert home.rollback() == names[2]
    assert home.open_current().name == names[2]
    assert home.rollback(names[3]) == names[3]
    with pytest.raises(KnowledgeError, match="no snapshot"):
        home.rollback(names[0])


def test_a_damaged_snapshot_is_not_rolled_back_to(home, specs, quick, upstream) -> None:
    first = refresh(home, specs, quick, ALL).snapshot
    upstream.files["/constraint.tsv"] += b"N\tE\ttrue\ttrue\t0\t0\t0\n"
    second = refresh(home, specs, quick, ALL).snapshot
    path = home.snapshots / first / "constraint.parquet"
    raw = bytearray(path.read_bytes())
    raw[10] ^= 1
    path.unlink()
    path.write_bytes(raw)
    with pytest.raises(KnowledgeError, match="damaged"):
        home.rollback()
    assert home.in_use() == second


def test_two_refreshes_do_not_run_at_once(home, specs, quick) -> None:
    with home.locked(), pytest.raises(KnowledgeError, match="another refresh"):
        refresh(home, specs, quick, ALL)


def test_an_unknown_source_is_named(home, specs, quick) -> None:
    with pytest.raises(KnowledgeError, match="nonsense"):
        refresh(home, specs, quick, RefreshRequest(sources=("nonsense",)))
