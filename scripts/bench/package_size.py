#!/usr/bin/env python3
"""What the wheel weighs once it is installed, with and without bytecode, and that it works.

usage: .venv/bin/python scripts/bench/package_size.py [--extra pdf] [--python python3.12]

Builds the wheel from the tree, installs it into two empty environments (pip compiles bytecode, uv
and pipx do not), adds up the bytes of every file by package, and analyses the example family
from an empty folder. Needs a package index.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "cps1_trio"
SHOWN = 16


def install(folder: Path, python: str, wheel: str, *options: str) -> Path:
    """An environment that holds the wheel and what it needs, and nothing else."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    into = ["--python", str(folder / "bin" / "python")]
    command = [sys.executable, "-m", "pip", *into, "install", "-q", *options, wheel]
    subprocess.run(command, check=True)
    return folder


def sizes(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Bytes by package: files as installed, and bytecode."""
    plain, compiled = Counter[str](), Counter[str]()
    (packages,) = folder.glob("lib/python3*/site-packages")
    for path in packages.rglob("*"):
        if path.is_file():
            name = path.relative_to(packages).parts[0].removesuffix(".libs")
            (compiled if path.suffix == ".pyc" else plain)[name] += path.stat().st_size
    return plain, compiled


def analyse(environment: Path, folder: Path) -> float:
    """Seconds of the main job on the example family, from an empty folder."""
    command = [
        str(environment / "bin" / "rareplan"), "analyze", str(EXAMPLE / "family.vcf.gz"),
        "--ped", str(EXAMPLE / "family.ped"), "--case", str(EXAMPLE / "case.toml"),
        "--hpo", str(EXAMPLE / "terms.txt"), "--out", "run", "--quiet",
    ]  # fmt: skip
    folder.mkdir()
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Print the tables of docs/benchmarks/packaging.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", default="", help="an extra, or several with commas")
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(work)]
        subprocess.run([*pip, str(ROOT)], check=True)
        (wheel,) = work.glob("rareplan-*.whl")
        wanted = f"{wheel}[{options.extra}]" if options.extra else str(wheel)
        compiled = install(work / "compiled", options.python, wanted)
        plain = install(work / "plain", options.python, wanted, "--no-compile")
        files, bytecode = sizes(compiled)
        bare, _ = sizes(plain)
        print(f"wheel {wheel.stat().st_size / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f}")
        print(f"installed, with bytecode: {(files + bytecode).total() / 1e6:.0f} MB")
        print(f"installed, without: {bare.total() / 1e6:.0f} MB\n")
        print("| package | files MB | bytecode MB |\n|---|---|---|")
        for name, _ in (files + bytecode).most_common(SHOWN):
            print(f"| {name} | {files[name] / 1e6:.1f} | {bytecode[name] / 1e6:.1f} |")
        for name, environment in (("with bytecode", compiled), ("without, first run", plain)):
            seconds = analyse(environment, work / name.replace(" ", "-"))
            print(f"example family {name}: {seconds:.1f} s")


if __name__ == "__main__":
    main()
