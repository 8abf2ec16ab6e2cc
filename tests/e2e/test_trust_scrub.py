"""What scrub prints holds nothing of the patient, however the run is filled with names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from rareplan.cli.scrub import scrub
from tests.e2e.conftest import Run

CANARY = "Canary7Quetzal"


def printed(*arguments: object) -> dict:
    done = CliRunner().invoke(scrub, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def words(value: object) -> str:
    return json.dumps(value)


def test_a_run_without_the_patient(example_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / CANARY
    shutil.copytree(example_run.folder, folder)
    path = folder / "provenance.json"
    record = json.loads(path.read_text("utf-8"))
    options = record["options"]
    options |= {"vcfs": [f"/{CANARY}/a.{CANARY}.vcf.gz"], "proband": CANARY, "new": CANARY}
    options |= {"hpo": f"/{CANARY}.txt", "config": f"/{CANARY}/my.toml"}
    record["settings"]["rarity"]["tags"]["grpmax"] = [CANARY]
    record["settings"]["quality"]["min_gq"] = 31
    record["settings"][CANARY] = CANARY
    record |= {"inputs": {CANARY: "0"}, "queries_sent": [CANARY]}
    path.write_text(json.dumps(record), "utf-8")
    found = printed(folder)
    text = words(found)
    case = json.loads((folder / "case.json").read_text("utf-8"))
    people = [c["gene"] for c in case["candidates"]] + ["HP:", "210591886", "family", str(tmp_path)]
    assert CANARY not in text
    assert [word for word in people if word in text] == []
    assert found["settings_changed"] == {"quality.min_gq": 31, "rarity.tags.grpmax": "changed"}
    assert found["ledger"]["alleles"] == 4002
    total = found["ledger"]["passed"] + sum(found["ledger"]["stopped"].values())
    assert total == 4002


def test_a_record_keeps_its_shape_only(tmp_path: Path) -> None:
    path = tmp_path / "family.vcf"
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{CANARY}\n"
        f"chr1\t12345\trs77\tAC\tG,<DEL>\t3.5\tPASS\tNOTE={CANARY}\tGT\t0/1\n"
    )
    found = printed(path, "--record", 1)
    assert CANARY not in words(found)
    assert found["samples"] == 1
    assert found["record"] == [
        "xxx9", "99999", "xx99", "NN", "N,<NNN>", "9.9", "xxxx", "xxxx=xxxxxx9xxxxxxx", "GT", "9/9",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [0, 2])
def test_a_record_that_is_not_there(tmp_path: Path, number: int) -> None:
    from rareplan.errors import InputError
    from tests.faults.corpus import GOOD_VCF

    path = tmp_path / "family.vcf"
    path.write_text(GOOD_VCF)
    with pytest.raises(InputError, match="found 1 records"):
        CliRunner().invoke(scrub, [str(path), "--record", str(number)], catch_exceptions=False)
