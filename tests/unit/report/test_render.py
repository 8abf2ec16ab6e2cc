from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders.case_result_builder import CASES, solved_trio

from rareplan.errors import InputError
from rareplan.report.render import load_result, render_run

ALL = ("clinician", "family", "counselor")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_the_files_of_a_run(tmp_path: Path) -> None:
    names = [
        p.name for p in render_run(solved_trio(), tmp_path, ("html", "xlsx"), ALL, ("en", "es"))
    ]
    assert names == [
        "case.json",
        "candidates.tsv",
        "phenopacket.json",
        "fhir.json",
        "candidates.xlsx",
        "clinician.html",
        "family.html",
        "family.es.html",
        "counselor.html",
    ]


@pytest.mark.parametrize("name", CASES)
def test_rendering_again_from_case_json_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    render_run(CASES[name](), first, ("html", "xlsx"), ALL, ("en", "es"))
    render_run(load_result(first), second, ("html", "xlsx"), ALL, ("en", "es"))
    assert contents(first) == contents(second)


def test_another_process_with_another_hash_seed_gives_the_same_bytes(
    tmp_path: Path, project_root: Path
) -> None:
    render_run(solved_trio(), tmp_path / "here", ("html", "xlsx"), ALL, ("en", "es"))
    code = (
        "import sys; from pathlib import Path;"
        "from rareplan.report.render import load_result, render_run;"
        "render_run(load_result(Path(sys.argv[1])), Path(sys.argv[2]), ('html', 'xlsx'),"
        "('clinician', 'family', 'counselor'), ('en', 'es'))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "here"), str(tmp_path / "there")],
        check=True,
        cwd=project_root,
        env=os.environ | {"PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_pages_hold_no_time_of_their_own(tmp_path: Path) -> None:
    render_run(solved_trio(), tmp_path, audiences=ALL)
    known = set(re.findall(r"\d{4}-\d\d-\d\d", (tmp_path / "case.json").read_text()))
    for path in tmp_path.glob("*.html"):
        assert set(re.findall(r"\b\d{4}-\d\d-\d\d\b", path.read_text())) <= known


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"formats": ("docx",)}, "--format: found docx"),
        ({"audiences": ("press",)}, "--audience: found press"),
        ({"languages": ("xx",)}, "--language: found xx"),
    ],
)
def test_an_unknown_option_writes_nothing(
    options: dict[str, tuple[str, ...]], words: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        render_run(solved_trio(), tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        render_run(solved_trio(), tmp_path, ("docx",), ("press",), ("xx",))
    assert len(error.value.faults) == 3


def test_nothing_reaches_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a report opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    render_run(solved_trio(), tmp_path, ("html", "xlsx"), ALL, ("en", "es"))


def test_a_mix_of_source_dates_is_said(tmp_path: Path) -> None:
    render_run(solved_trio(), tmp_path)
    page = (tmp_path / "clinician.html").read_text()
    assert "from 2025-05-06 to 2026-10-01" in page
    one = solved_trio().model_copy(update={"knowledge": solved_trio().knowledge[:1]})
    render_run(one, tmp_path)
    assert "of different dates" not in (tmp_path / "clinician.html").read_text()


@pytest.mark.parametrize("name", CASES)
def test_the_clinician_report_has_every_part(name: str, tmp_path: Path) -> None:
    render_run(CASES[name](), tmp_path)
    page = (tmp_path / "clinician.html").read_text()
    for part in (
        "patient",
        "finding",
        "treatment",
        "trials",
        "filters",
        "quality",
        "limits",
        "methods",
        "references",
        "sign-off",
    ):
        assert f'id="{part}"' in page
    assert "Confirm every finding in an accredited laboratory" in page
    assert "Repeat expansions" in page


def test_criteria_come_with_their_facts_and_urgent_care_first(tmp_path: Path) -> None:
    render_run(solved_trio(), tmp_path)
    page = (tmp_path / "clinician.html").read_text()
    assert "PVS1_VeryStrong" in page
    assert "nonsense-mediated decay expected" in page
    assert "not assessed" in page
    table = page[page.index("Treatments, most urgent first") :]
    assert table.index("Ammonia scavengers") < table.index("Liver transplant")
    assert page.index("Do not:") < page.index("Treatments, most urgent first")


def test_findings_without_consent_are_not_in_the_clinician_report(tmp_path: Path) -> None:
    result = CASES["carrier"]()
    closed = result.model_copy(
        update={"patient": result.patient.model_copy(update={"consents": {}})}
    )
    render_run(closed, tmp_path)
    assert "CFTR" not in (tmp_path / "clinician.html").read_text()
    render_run(result, tmp_path)
    assert "CFTR" in (tmp_path / "clinician.html").read_text()


def test_the_evidence_is_told_in_words(tmp_path: Path) -> None:
    render_run(solved_trio(), tmp_path)
    page = (tmp_path / "clinician.html").read_text()
    assert "c.1003C&gt;T is a stop gained variant in exon 10 of 38 of NM_001875.5" in page
    assert "The patient is heterozygous; the variant came from the father." in page
    assert "The frequency data that were used do not hold it." in page
    render_run(CASES["urgent_caution"](), tmp_path)
    assert "1 in 1,667 alleles (0.0006)" in (tmp_path / "clinician.html").read_text()
