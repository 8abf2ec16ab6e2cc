"""A process that analyses the example family while something goes wrong on purpose.

usage: python -m tests.builders.analyze_child FAULT VALUE OUT

``SIGKILL STEP`` (or another signal): sent to itself when the progress reaches a step.
``record -``: SIGKILL just before the record is written. ``swap SIGNAL``: between moving the old
run aside and the new one in. ``filesize BYTES``: no file may grow beyond. ``memory BYTES``: no
more address space. ``remount FOLDER``: the file system there becomes read-only as the reports are
begun. ``clock -``: every look at the calendar finds it three years earlier than the one before.
``stamp FILE``: libfaketime's file of the time is set to 1990 in the middle.
``shared SIGNAL``: several processes read the file, and it comes with the first contig.
``starved -``: the same, and the system kills one of those processes.
``offline -``: every use of a socket is an error, from inside the interpreter. ``plain -``: nothing.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import active_children
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "cps1_trio"
FAMILY = Path(os.environ.get("RAREPLAN_TEST_FAMILY", EXAMPLE))


def arguments(out: str) -> list[str]:
    """The command line of the demo."""
    return [
        "analyze", str(FAMILY / "family.vcf.gz"), "--ped", str(FAMILY / "family.ped"),
        "--case", str(FAMILY / "case.toml"), "--hpo", str(FAMILY / "terms.txt"), "--out", out,
        "--quiet",
    ]  # fmt: skip


def _strike(name: str) -> None:
    os.kill(os.getpid(), signal.Signals[name])


def _die(*_: Any, **__: Any) -> None:
    _strike("SIGKILL")


def _no_sockets(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        raise RuntimeError(f"network used: {event}")


def _at(step: str, act: Callable[[], object]) -> None:
    from rareplan.cli import console

    class Steps:
        def __init__(self, **_: Any) -> None: ...

        def __enter__(self) -> Any:
            return lambda text, *_: act() if text.startswith(step) else None

        def __exit__(self, *_: object) -> None: ...

    console.step_progress = Steps  # type: ignore[assignment]


def _remount(folder: str) -> None:
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


def _die_in_swap(name: str) -> None:
    rename = Path.rename

    def strike_second(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            _strike(name)
        return rename(self, target)

    Path.rename = strike_second  # type: ignore[method-assign]


def _share(act: Callable[[], object]) -> None:
    """Several processes whatever the size of the file; something happens after the first contig."""
    from rareplan.engines import parallel

    join = parallel._join

    def struck(*given: Any) -> None:
        act()
        join(*given)

    parallel.MIN_BYTES = 0
    parallel._join = struck


def _strike_parent(name: str) -> None:
    print(*(p.pid for p in active_children()), flush=True)
    _strike(name)


def _strike_children() -> None:
    for child in active_children():
        child.kill()


def _jump() -> None:
    from rareplan import provenance

    class Jumping(datetime):
        looks = 0

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            Jumping.looks += 1
            return datetime.now(tz) - timedelta(days=1096 * (Jumping.looks - 1))

    provenance.datetime = Jumping  # type: ignore[misc]


def _limit(kind: int, value: str) -> None:
    resource.setrlimit(kind, (int(value), int(value)))


def _record() -> None:
    from rareplan.provenance import RunRecord

    RunRecord.write = _die  # type: ignore[method-assign]


FAULTS: dict[str, Callable[[str], object]] = {
    "record": lambda _: _record(),
    "swap": _die_in_swap,
    "filesize": lambda value: (
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN), _limit(resource.RLIMIT_FSIZE, value)
    ),
    "memory": lambda value: _limit(resource.RLIMIT_AS, value),
    "remount": lambda folder: _at("Writing", lambda: _remount(folder)),
    "clock": lambda _: _jump(),
    "stamp": lambda path: _at("Ranking", lambda: Path(path).write_text("@1990-01-01 00:00:00\n")),
    "shared": lambda name: _share(lambda: _strike_parent(name)),
    "starved": lambda _: _share(_strike_children),
    "offline": lambda _: sys.addaudithook(_no_sockets),
    "plain": lambda _: None,
}  # fmt: skip


def _prepare(fault: str, value: str) -> None:
    if fault.startswith("SIG"):
        _at(value, lambda: _strike(fault))
    else:
        FAULTS[fault](value)


def main() -> None:
    """Run the command line under the fault."""
    fault, value, out = sys.argv[1:4]
    # A job in the background of a shell is started with SIGINT ignored, and nohup's with SIGHUP.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # the tests may run where they are ignored
    if os.environ.get("RAREPLAN_TEST_NOHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _prepare(fault, value)
    from rareplan.cli.main import main as rareplan

    sys.argv = ["rareplan", *arguments(out)]
    rareplan()


if __name__ == "__main__":
    main()
