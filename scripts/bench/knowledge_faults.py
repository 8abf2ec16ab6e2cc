"""Count what faults do to the knowledge.

    python scripts/bench/knowledge_faults.py [POINTS]

Plays every upstream on this machine, then kills the refresh (-9) and fills the disk at POINTS
(default 20) disk steps each, and lets the upstreams misbehave in ten ways. After each fault the
snapshot in use must be whole, and the next refresh must succeed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.builders.faults import machine_faults, run_child, upstream_faults  # noqa: E402
from tests.builders.upstream import Upstream  # noqa: E402
from tests.builders.upstream_payloads import payloads  # noqa: E402

from rareplan.knowledge import open_knowledge  # noqa: E402


def main(points: int) -> int:
    """Run every fault, print each and the counts; 1 when anything broke."""
    files = payloads(open_knowledge(ROOT / "knowledge" / "starter"))
    trials = []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        good = work / "good"
        with Upstream(dict(files)) as upstream:
            run_child(good, upstream)
            trials += machine_faults(good, work, upstream, ("kill", "full"), points)
        trials += upstream_faults(good, work, files)
    for trial in trials:
        state = "whole" if trial.whole else "BROKEN"
        after = "recovered" if trial.recovered else "NOT RECOVERED"
        print(f"{trial.name}: exit {trial.exit_code}, snapshot {state}, {after}")
    broken = sum(not t.whole for t in trials)
    stuck = sum(not t.recovered for t in trials)
    print(f"{len(trials)} faults: {broken} broken snapshots, {stuck} without recovery")
    return int(bool(broken or stuck))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
