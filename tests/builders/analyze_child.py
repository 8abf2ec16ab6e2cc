"""A process that analyses the example family while something goes wrong on purpose.

usage: python -m tests.builders.analyze_child FAULT VALUE OUT

``kill STEP``: SIGKILL itself when the progress reaches a step. ``record -``: SIGKILL just before
the record is written. ``swap -``: SIGKILL between moving the old run aside and the new one in.
``filesize BYTES``: no file may grow beyond. ``memory BYTES``: no more address space.
``offline -``: every use of a socket is an error, from inside the interpreter. ``plain -``: nothing.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "cps1_trio"


def arguments(out: str) -> list[str]:
    """The command line of the demo."""
    return [
        "analyze", str(EXAMPLE / "family.vcf.gz"), "--ped", str(EXAMPLE / "family.ped"),
        "--case", str(EXAMPLE / "case.toml"), "--hpo", str(EXAMPLE / "terms.txt"), "--out", out,
        "--quiet",
    ]  # fmt: skip


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _no_sockets(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        raise RuntimeError(f"network used: {event}")


def _kill_at(step: str) -> None:
    from rareplan.cli import console

    class Steps:
        def __init__(self, **_: Any) -> None: ...

        def __enter__(self) -> Any:
            return lambda text, *_: _die() if text.startswith(step) else None

        def __exit__(self, *_: object) -> None: ...

    console.step_progress = Steps  # type: ignore[assignment]


def _prepare(fault: str, value: str) -> None:
    if fault == "kill":
        _kill_at(value)
    elif fault == "record":
        from rareplan.provenance import RunRecord

        RunRecord.write = _die  # type: ignore[method-assign]
    elif fault == "swap":
        rename = Path.rename

        def die_second(self: Path, target: Path) -> Path:
            return _die() if ".partial-" in self.name else rename(self, target)  # type: ignore[return-value]

        Path.rename = die_second  # type: ignore[method-assign]
    elif fault == "filesize":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(value), int(value)))
    elif fault == "memory":
        resource.setrlimit(resource.RLIMIT_AS, (int(value), int(value)))
    elif fault == "offline":
        sys.addaudithook(_no_sockets)


def main() -> None:
    """Run the command line under the fault."""
    fault, value, out = sys.argv[1:4]
    _prepare(fault, value)
    from rareplan.cli.main import main as rareplan

    sys.argv = ["rareplan", *arguments(out)]
    rareplan()


if __name__ == "__main__":
    main()
