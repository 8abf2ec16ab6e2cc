"""Hostile text from every input at once: names, pedigree, case file, terms, INFO, file names."""

from __future__ import annotations

import ast
import gzip
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from rareplan.cohort.families import families_of_call_set, read_manifest
from rareplan.errors import InputError
from tests.e2e.conftest import rareplan
from tests.e2e.test_reports_hostile import Live
from tests.e2e.trust import ROOT

IMAGE = "<img/src=x/onerror=alert(1)>"
SCRIPT = "</title></style><script>alert(1)</script>"
FORMULA = "=cmd|'/C'!A0"
NAMES = {"son": FORMULA, "father": f"@SUM(1){IMAGE}", "mother": f"+1{SCRIPT.replace('/', '')}"}
CASE = f"""
[patient]
proband = "{FORMULA}"
age = "5 days"
sex = "male"
country = "{IMAGE}"
medicines = ["{SCRIPT}", "=1+1"]

[[evidence]]
gene = "CPS1"
variant = "2-210591886-C-T"
kind = "functional"
result = "{SCRIPT} reduced"
source = "javascript:alert(1)"
criterion = "PS3"
strength = "supporting"
"""


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    example = ROOT / "examples" / "cps1_trio"
    text = gzip.decompress((example / "family.vcf.gz").read_bytes()).decode()
    head, columns, body = re.split(r"(?m)^(#CHROM.*\n)", text)
    ped = (example / "family.ped").read_text()
    for name, evil in NAMES.items():
        columns = re.sub(rf"\t{name}\b", lambda _, e=evil: f"\t{e}", columns)
        ped = re.sub(rf"(?m)(^|\t){name}(?=\t)", lambda m, e=evil: m[1] + e, ped)
    ped = re.sub(r"(?m)^(?!#)[^\t\n]+", f"=fam{IMAGE}", ped)
    shape = f"Allele|Consequence|SYMBOL|Gene|Feature|HGVSc|{IMAGE}"
    csq = f'##INFO=<ID=CSQ,Number=.,Type=String,Description="VEP {IMAGE}. Format: {shape}">\n'
    note = f'##INFO=<ID=NOTE,Number=.,Type=String,Description="{SCRIPT}">\n'
    told = f"CSQ=T|stop_gained|{FORMULA}|ENSG1|{IMAGE}|=1+1|x;NOTE={SCRIPT}"
    body = re.sub(r"(?m)^(\S+\t210591886(?:\t[^\t]*){5}\t)[^\t]*", rf"\g<1>{told}", body)
    vcf = folder / "a<img src=x onerror=alert(1)>.vcf"
    vcf.write_text(head + csq + note + columns + body)
    (folder / "family.ped").write_text(ped)
    (folder / "case.toml").write_text(CASE)
    terms = (example / "terms.txt").read_text().replace("\n", f"  # {SCRIPT}\n")
    (folder / "terms.txt").write_text(terms)
    done = rareplan(
        "analyze", vcf, "--ped", folder / "family.ped", "--case", folder / "case.toml", "--hpo",
        folder / "terms.txt", "--out", folder / "run", "--format",
        "html,tsv,xlsx,fhir,phenopacket,json", "--language", "en,es", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    return folder / "run"


def test_the_hostile_text_came_through(run_dir: Path) -> None:
    case = json.loads((run_dir / "case.json").read_text("utf-8"))
    text = json.dumps(case, ensure_ascii=False)
    assert case["candidates"][0]["gene"] == "CPS1"
    wanted = [IMAGE, FORMULA, NAMES["father"], SCRIPT, "javascript:alert(1)"]
    assert [word for word in wanted if word not in text] == []


def test_no_page_runs_or_links_it(run_dir: Path) -> None:
    pages = sorted(run_dir.glob("*.html"))
    assert len(pages) >= 3
    for path in pages:
        live = Live()
        live.feed(path.read_text("utf-8"))
        assert live.found == [], path.name
        assert not re.search(r"(href|src)=.javascript", path.read_text("utf-8"))


def test_no_table_holds_a_formula(run_dir: Path) -> None:
    for path in run_dir.glob("*.tsv"):
        cells = [c for line in path.read_text("utf-8").splitlines() for c in line.split("\t")]
        assert [c for c in cells if len(c) > 1 and c[0] in "=+-@"] == [], path.name
    (book,) = run_dir.glob("*.xlsx")
    with ZipFile(book) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "/sheet" in n]
    assert sheets
    assert not any(re.search(r"<f[ >]", sheet) for sheet in sheets)


def test_the_annotated_vcf_is_still_a_vcf(run_dir: Path) -> None:
    text = gzip.decompress((run_dir / "annotated.vcf.gz").read_bytes()).decode()
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("##")]
    assert {len(row) for row in rows} == {12}
    assert rows[0][9:] != ["son", "father", "mother"]


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", ".hidden", "a/b"])
def test_a_familys_name_cannot_leave_its_folder(name: str, tmp_path: Path) -> None:
    phenotypes = tmp_path / "phenotypes"
    phenotypes.mkdir()
    (tmp_path / "outside.txt").write_text("Seizure\n")
    ped = tmp_path / "all.ped"
    ped.write_text(f"{name}\tkid\t0\t0\t1\t2\n")
    with pytest.raises(InputError, match="slash or leading dot"):
        families_of_call_set("calls.vcf.gz", ped, phenotypes)
    manifest = tmp_path / "cohort.tsv"
    manifest.write_text(f"family\tvcf\n{name}\tkid.vcf.gz\n")
    with pytest.raises(InputError, match="no slash, no leading dot"):
        read_manifest(manifest)


BANNED = {
    "pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "telnetlib", "xmlrpc",
}  # fmt: skip


def _calls(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] + [getattr(node, "module", "") or ""]
            found += [n for n in names if n.split(".")[0] in BANNED]
        if isinstance(node, ast.Call):
            name, given = ast.unparse(node.func), {k.arg: k.value for k in node.keywords}
            shell = given.get("shell")
            if isinstance(shell, ast.Constant) and shell.value:
                found.append(f"{name} with a shell")
            if name in {"eval", "exec", "os.system", "os.popen", "yaml.load", "tempfile.mktemp"}:
                found.append(name)
            if name == "np.load" and ast.unparse(given.get("allow_pickle", node)) != "False":
                found.append("np.load that may unpickle")
            if name.endswith((".extractall", ".extract")) and name != "process.extract":
                found.append(f"{name}: an archive names its own paths")
            verify = given.get("verify")
            if isinstance(verify, ast.Constant) and verify.value is False:
                found.append(f"{name} without a certificate")
    return found


@pytest.mark.parametrize(
    "code",
    ["import pickle", "f(x, shell=True)", "eval(x)", "np.load(p)", "t.extractall()",
     "session.get(u, verify=False)"],
)  # fmt: skip
def test_the_search_for_dangerous_calls_finds_them(code: str) -> None:
    assert _calls(ast.parse(code))


def test_no_shell_no_pickle_no_evaluation_anywhere() -> None:
    files = sorted((ROOT / "src").rglob("*.py"))
    assert len(files) > 200
    found = {str(p.relative_to(ROOT)): _calls(ast.parse(p.read_text("utf-8"))) for p in files}
    assert {path: calls for path, calls in found.items() if calls} == {}
