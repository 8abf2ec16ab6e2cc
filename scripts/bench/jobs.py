"""What ``all`` runs: each script, what it needs, and the figures that are taken from its output."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared" / "data"
CASES, SPIKED = "phenopackets/cases_tune.tsv.xz", "vcf/miller.vcf.gz"


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, where it stands in the output, how it and its yardstick read.

    ``pattern``'s groups fill ``{0}``, ``{1}`` ... of ``reads`` and ``beside``. ``front``: it stands
    in README.md. ``same``: --quick measures the same thing, not a smaller one.
    """

    name: str
    pattern: str
    reads: str = "{0}"
    beside: str = ""
    front: bool = False
    same: bool = False


@dataclass(frozen=True)
class Job:
    """One command, that of ``--quick``, files of ../shared/data it needs, and its figures.

    ``given``: environment variables that name data which no one else can supply.
    """

    name: str
    page: str
    command: tuple[str, ...]
    quick: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


def script(name: str, *arguments: object) -> tuple[str, ...]:
    """A Python script of this folder."""
    return (sys.executable, str(HERE / name), *map(str, arguments))


def tests(*arguments: str) -> tuple[str, ...]:
    """Tests that count something."""
    return (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)


PASSED = r"(\d+) passed"
EVALUABLE = r"### {label}, report half[\s\S]*?\| evaluable \| (\d+) \| ([\d.]+) \| ([\d.]+) "


def whole_command() -> list[Job]:
    """The main job, the engines, and many families."""
    return [
        Job("main-job", "main-job", script("main_job.py"), script("main_job.py", 20000), (), (), (
            Figure("example family, start to reports", r"example: (.+), (\d+) MB", "{0}, {1} MB",
                   front=True, same=True),
            Figure("`rareplan --help`", r"help: (.+)"),
            Figure("simulated exome trio, start to reports",
                   r"trio of (\S+) rows: (.+?), (\d+ MB); bare cyvcf2 pass (.+), ratio (.+)",
                   "{0} rows: {1}, {2}", "bare cyvcf2 pass {3}", front=True),
            *(Figure(f"spiked exome {name}", rf"spiked {name}: (.+)", front=True, same=True)
              for name in ("miller", "NA12878.recessive", "NA12878.dominant")),
        )),
        Job("filters-exome", "filters", (str(HERE / "filters_pass"), "100000", "--exome"),
            (str(HERE / "filters_pass"), "20000", "--exome"), (), (), (
            Figure("local engine, exome trio: ratio to a bare pass", r"ratio of seconds: (.+)"),
        )),
        Job("filters-genome", "filters", (str(HERE / "filters_pass"), "4500000"),
            (str(HERE / "filters_pass"), "200000"), (), (), (
            Figure("local engine, genome trio",
                   r"bare +\{'seconds': ([\d.]+)[\s\S]*engine +\{'alleles': (\d+)[\s\S]*?"
                   r"'seconds': ([\d.]+)[\s\S]*?ratio of seconds: (.+)",
                   "{1} alleles in {2} s", "bare cyvcf2 pass {0} s; ratio {3}", front=True),
        )),
        Job("hail", "hail", script("hail_speed.py", 100000, "--exome"),
            script("hail_speed.py", 10000, "--exome"), (), (), (
            Figure("Hail on one exome trio", r"local ([\d.]+ s)[\s\S]*?hail ([\d.]+ s)",
                   "{1}", "local engine {0}"),
        )),
        Job("load", "trust", script("load.py", "--families", 200),
            script("load.py", "--families", 6), (), (), (
            Figure("families in parallel processes",
                   r"after \| (\d+), (\d+), [\s\S]*?whole runs, failed, leftovers \| (.+) \|"
                   r"[\s\S]*?an hour \| (\d+)", "{0} families, {1} at once: {3} an hour; whole, "
                   "failed, left over: {2}", front=True),
            Figure("memory a process, MB",
                   r"RSS a process, median, MB \| (\d+)[\s\S]*?PSS .*?MB \| (\d+)[\s\S]*?"
                   r"shared .*?MB \| (\d+)", "RSS {0}, PSS {1}, shared {2}"),
        )),
    ]  # fmt: skip


def answers() -> list[Job]:
    """Phenotype, evidence, treatments, consequences, inheritance."""
    return [
        Job("ranking", "ranking", script("ranking.py"), None, (CASES,), (), (
            Figure("right disease by phenotype alone (NS, report half): first, first ten, %",
                   r"\| NS \| disease \| (\d+) \| \d+ \| ([\d.]+) \S+ \| ([\d.]+)",
                   "{1}, {2} of {0} cases", front=True),
            Figure("time a case", r"([\d.]+ ms) a case"),
        )),
        Job("hpo3", "ranking", (str(HERE / "hpo3" / "run"), "40"),
            (str(HERE / "hpo3" / "run"), "5"), (CASES,), (), (
            Figure("phenotype ranking beside hpo3",
                   r"graphic funSimAvg: (.+?) \(all cores\)[\s\S]*?"
                   r"rareplan: (.+?) a case from an empty",
                   "{1} a case", "hpo3 {0}", front=True),
        )),
        Job("ranking-grid", "ranking", script("ranking_grid.py"), ("true",), (CASES,)),
        Job("ranking-calibrate", "ranking", script("ranking_calibrate.py"), ("true",), (CASES,)),
        Job("evidence", "evidence", script("spiked.py", "--half", "report", "--check", 4),
            ("true",), (CASES, SPIKED), (), (
            Figure("causal gene first, spiked exomes with frequencies",
                   EVALUABLE.format(label="simulated frequencies"),
                   "{1} of {0}, top five {2}", front=True),
            Figure("the same with the starter alone", EVALUABLE.format(label="starter alone"),
                   "{1} of {0}, top five {2}", front=True),
        )),
        Job("therapies", "therapies", script("therapies_recall.py", SHARED / "knowledge"), None,
            ("knowledge",), (), (
            Figure("approvals found", r"\| FDA .+\| ([\d.]+) \|[\s\S]*?\| EMA .+\| ([\d.]+) \|",
                   "FDA {0}, EMA {1}", front=True),
        )),
        Job("therapies-truth", "therapies",
            tests("tests/unit/therapies/test_truth_table.py::test_situation"), None, (), (), (
            Figure("treatments: direction, subgroup, cautions, typed by hand", PASSED,
                   "{0} situations, 0 violations", front=True),
        )),
        Job("antisense", "antisense", tests("tests/unit/aso/test_leaves.py::test_leaf"),
            None, (), (), (
            Figure("antisense rules: every leaf of the decision trees", PASSED, "{0} of {0}",
                   front=True),
        )),
        Job("trials", "trials", tests("tests/unit/trials/test_criteria.py::test_sentence"),
            None, (), (), (
            Figure("criteria of trials, sentences typed by hand", PASSED, "{0} of {0}"),
        )),
        Job("csq-agreement", "consequences",
            script("consequences_csq.py", "--variants", 100000, "--indels", 0.3),
            script("consequences_csq.py", "--variants", 5000, "--indels", 0.3), (), (), (
            Figure("consequence of SNVs as `bcftools csq` has it",
                   r"(?i)\bsnv: (\d+) pairs, raw ([\d.]+%)", "{1} of {0}", front=True),
        )),
        Job("csq-speed", "consequences",
            script("consequences_csq.py", "--variants", 100000, "--indels", 0.08, "--trio"),
            script("consequences_csq.py", "--variants", 5000, "--indels", 0.08, "--trio"), (), (), (
            Figure("`rareplan annotate`", r"bcftools csq (.+?), rareplan (.+?) \(start",
                   "{1}", "`bcftools csq` {0}", front=True),
        )),
        Job("consequences-startup", "consequences", script("consequences_startup.py")),
        Job("gcp", "consequences",
            script("consequences_gcp.py", "--sdist", "$HGVS_SDIST", "--tables",
                   SHARED / "consequences" / "hgvs_gcp.tar.xz"),
            None, ("consequences/hgvs_gcp.tar.xz",), ("HGVS_SDIST",)),
        Job("genmod", "trust", (str(HERE / "genmod" / "run"), "20000"),
            (str(HERE / "genmod" / "run"), "3000"), (), (), (
            Figure("inheritance models beside genmod, simulated trio",
                   r"### simulated\S+: (\d+) alleles[\s\S]*?genmod models (.+?); rareplan (.+?) \(",
                   "{0} alleles in {2}", "genmod {1}", front=True),
            Figure("the same on the Genome in a Bottle trio",
                   r"### ashk\S+: (\d+) alleles[\s\S]*?genmod models (.+?); rareplan (.+?) \(",
                   "{0} alleles in {2}", "genmod {1}"),
        )),
        Job("inheritance-truth", "filters",
            tests("tests/unit/filters/test_segregation_truth.py::test_verdict"), None, (), (), (
            Figure("inheritance and phase, truth table", PASSED, "{0} of {0}", front=True),
        )),
    ]  # fmt: skip


def holding() -> list[Job]:
    """Knowledge, reports, faults, packaging."""
    return [
        Job("knowledge-parsers", "knowledge", script("knowledge_parsers.py", "$RAREPLAN_ARCHIVES"),
            None, (), ("RAREPLAN_ARCHIVES",)),
        Job("knowledge-faults", "knowledge", script("knowledge_faults.py", 20),
            script("knowledge_faults.py", 3), (), (), (
            Figure("faults of a refresh", r"(\d+) faults: (\d+) broken snapshots, (\d+) without",
                   "{0} faults, {1} broken snapshots, {2} without recovery", front=True),
        )),
        Job("knowledge-gnomad", "knowledge", script("knowledge_gnomad.py"),
            script("knowledge_gnomad.py", 200000, 50000), (), (), (
            Figure("gnomAD look-ups", r"look-up: (.+?) alleles in (.+?) \(", "{0} in {1}"),
        )),
        Job("knowledge-genome", "knowledge", script("knowledge_genome.py"), ("true",)),
        Job("reports", "reports", script("reports.py", 500000), script("reports.py", 20000),
            (), (), (
            Figure("annotated VCF", r"annotated\.vcf\.gz, (\S+) records: (.+?); .*alone (.+)",
                   "{0} records in {1}", "copy and index alone {2}"),
        )),
        Job("reports-checks", "reports",
            tests("tests/unit/report", "tests/e2e/test_reports_browser.py"), ("true",), (), (), (
            Figure("checks of reports, accessibility in a browser too", PASSED, "{0} passed"),
        )),
        Job("corpus", "trust", tests("tests/faults/test_corpus.py"), None, (), (), (
            Figure("malformed inputs and oddities, each with its words", PASSED, "{0} as expected",
                   front=True),
        )),
        Job("faults", "trust",
            tests("tests/e2e/test_trust_faults.py", "tests/e2e/test_trust_stops.py"),
            None, (), (), (
            Figure("kill, signals, full and read-only disks, memory, clocks", PASSED,
                   "{0} tests, no half run", front=True),
        )),
        Job("same-bytes", "trust", tests("tests/e2e/test_trust_determinism.py"), None, (), (), (
            Figure("same bytes, no network", PASSED, "{0} tests"),
        )),
        Job("fuzz", "trust", (str(HERE / "fuzz"), "each", "60"), (str(HERE / "fuzz"), "each", "5"),
            (), (), (
            Figure("fuzzing, mutated inputs of all targets", r"total: (\d+) inputs, (\d+) findings",
                   "{0}, {1} findings", front=True),
        )),
        Job("packaging", "packaging", script("package_size.py"), ("true",)),
    ]  # fmt: skip


JOBS = (*answers(), *whole_command(), *holding())
