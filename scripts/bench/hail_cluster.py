#!/usr/bin/env python3
"""A real Spark standalone cluster on loopback: one against two workers, and one that is killed.

usage: .venv/bin/python scripts/bench/hail_cluster.py [--sites 20000] [--samples 60] [--seconds 900]

Starts a master and workers of one core each with pyspark's own classes, all on 127.0.0.1, and runs
``rareplan cohort --spark-master spark://127.0.0.1:PORT`` on a simulated call set (hail_make_joint):
with one worker, with two, and with two of which one is killed (kill -9) while tasks run. Prints
wall seconds and whether every file of every run directory is the same, but for the times in
provenance.json. Everything is in a folder of its own; what was started is ended.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
from hail_make_joint import make

from rareplan.engines.hail.java import find_java

HOST = "127.0.0.1"
_HOME = Path(pyspark.__file__).parent


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Cluster:
    """One master and some workers; each process is ended by its own handle."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("master", "master.Master", "--port", str(self.port),
                   "--webui-port", str(free_port()))  # fmt: skip
        self.wait_for("master", "I have been elected leader", 60)

    @property
    def url(self) -> str:
        """What --spark-master takes."""
        return f"spark://{HOST}:{self.port}"

    def start(self, name: str, kind: str, *more: str) -> subprocess.Popen[bytes]:
        """A master or worker of Spark's deploy package."""
        java = find_java()
        env = os.environ | {"SPARK_LOCAL_IP": HOST, "SPARK_PUBLIC_DNS": HOST,
                            "JAVA_HOME": str(java), "SPARK_HOME": str(_HOME),
                            "SPARK_SCALA_VERSION": "2.12"}  # fmt: skip
        command = [str(java / "bin" / "java"), "-Xmx1g", "-cp", f"{_HOME}/jars/*",
                   f"org.apache.spark.deploy.{kind}", "--host", HOST, *more]  # fmt: skip
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        """A worker of one core."""
        process = self.start(
            name, "worker.Worker", "--cores", "1", "--memory", "3g", "--port", str(free_port()),
            "--webui-port", str(free_port()), "--work-dir", str(self.folder / name), self.url,
        )  # fmt: skip
        self.wait_for(name, "Successfully registered with master", 60)
        return process

    def wait_for(self, name: str, text: str, seconds: float) -> None:
        """Until a log says something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            log = self.folder / f"{name}.log"
            if log.is_file() and text in log.read_text("utf-8", "replace"):
                return
            time.sleep(0.2)
        raise SystemExit(f"{name} did not say '{text}' within {seconds:g} s")

    def children(self, process: subprocess.Popen[bytes]) -> list[int]:
        """Executors that a worker has started."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parts = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                if int(parts[1]) == process.pid:
                    found.append(int(entry.name))
        return found

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """The worker and its executors, at once, as when a machine dies."""
        for pid in [process.pid, *self.children(process)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)

    def stop(self) -> None:
        """End what was started."""
        for process in reversed(self.processes):
            if process.poll() is None:
                self.kill(process)
            process.wait(30)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster for as long as the block runs."""
    folder.mkdir()
    made = Cluster(folder)
    try:
        yield made
    finally:
        made.stop()


def start_cohort(data: Path, out: Path, url: str) -> subprocess.Popen[bytes]:
    """``rareplan cohort`` in a process of its own."""
    command = [sys.executable, "-m", "rareplan", "cohort", str(data / "joint.vcf.gz"), "--ped",
               str(data / "all.ped"), "--phenotypes", str(data / "hpo"), "--out", str(out),
               "--spark-master", url, "--force", "--json"]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def finish(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the end of a run; a run that fails or hangs ends the script."""
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait(60)
        raise SystemExit(f"no end after {seconds:g} s") from None
    if code:
        raise SystemExit(f"rareplan cohort ended with {code}; its cohort.tsv says why")


def wait_for_tasks(made: Cluster, worker: subprocess.Popen[bytes], seconds: float) -> None:
    """Until an executor of a worker has worked on tasks for some processor time."""
    end = time.monotonic() + seconds
    tick = os.sysconf("SC_CLK_TCK")
    while time.monotonic() < end:
        for pid in made.children(worker):
            with contextlib.suppress(OSError):
                parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                if (int(parts[11]) + int(parts[12])) / tick > 8.0:
                    return
        time.sleep(0.2)
    raise SystemExit("no executor had work")


def digest(out: Path) -> dict[str, str]:
    """Hash of every file but provenance.json; that one without its times and its folder."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name not in {"provenance.json", "cohort.key"}:
            found[str(path.relative_to(out))] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif path.name == "provenance.json":
            outputs = json.loads(path.read_text("utf-8"))["outputs"]
            found[str(path.relative_to(out))] = json.dumps(outputs, sort_keys=True)
    return found


def main() -> None:
    """Make the data, run three times, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=900.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rareplan-cluster-") as temporary:
        folder = Path(temporary)
        make(given.sites, folder / "data", given.samples, 1)
        results = {}
        for name, workers, kill in (("one", 1, False), ("two", 2, False), ("killed", 2, True)):
            with cluster(folder / f"cluster-{name}") as made:
                started = [made.worker(f"worker{n}") for n in range(workers)]
                before = time.perf_counter()
                process = start_cohort(folder / "data", folder / name, made.url)
                if kill:
                    wait_for_tasks(made, started[1], given.seconds)
                    made.kill(started[1])
                    print(f"killed worker1 after {time.perf_counter() - before:.1f} s", flush=True)
                finish(process, given.seconds)
                seconds = time.perf_counter() - before
            results[name] = digest(folder / name)
            same = results[name] == results["one"]
            print(f"{name:7s} {workers} workers: {seconds:6.1f} s  files {len(results[name])}  "
                  f"identical {same}  load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
            if not same:
                differ = {k for k in results[name] if results[name][k] != results["one"].get(k)}
                raise SystemExit(f"not the same: {sorted(differ)[:5]}")


if __name__ == "__main__":
    main()
