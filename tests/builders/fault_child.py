"""A refresh in a process of its own that dies, or finds the disk full, at the n-th disk step.

Run as ``python -m tests.builders.fault_child HOME ADDRESS FAULT STEP``: FAULT is ``count`` (print
the number of steps), ``kill`` or ``full``. A step is what makes something durable or visible:
fsync, rename, replace, symlink, hardlink.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rareplan.config import load_settings
from rareplan.refresh.job import RefreshRequest, refresh
from rareplan.refresh.layout import Home
from rareplan.refresh.spec import load_specs
from tests.builders.upstream import local_specs

SOURCES = ("hgnc", "hpo", "mondo", "mane", "clinvar", "gnomad_constraint", "maxo")


class Steps:
    """Counts disk steps and strikes at one of them."""

    def __init__(self, fault: str, at: int) -> None:
        self.fault, self.at, self.count = fault, at, 0

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count == self.at and self.fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.count >= self.at and self.fault == "full":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return original(*args, **kwargs)

        return step


def main(home: str, address: str, fault: str, at: int) -> int:
    """One refresh with one fault; its exit code."""
    steps = Steps(fault, at)
    os.fsync = steps.around(os.fsync)
    for name in ("rename", "replace", "symlink_to", "hardlink_to"):
        setattr(Path, name, steps.around(getattr(Path, name)))
    specs = {i: s for i, s in local_specs(load_specs(), address).items() if i in SOURCES}
    settings = load_settings().refresh.model_copy(update={"backoff": 0.01, "retries": 1})
    summary = refresh(Home(Path(home)), specs, settings, RefreshRequest())
    if fault == "count":
        print(steps.count)
    return summary.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
