"""``rareplan aso --batch``: a TSV of variants to a TSV of verdicts, by the contract."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rareplan.config import Antisense
from rareplan.errors import Fault, InputError
from rareplan.therapies.aso.assess import assess
from rareplan.therapies.aso.row import NEEDED, OPTIONAL, facts_of_row

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.therapy import AsoVerdict, TraceNode

COLUMNS = ("id", "strategy", "verdict", "reason", "trace", "would_change", "flags")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of the batch file; every fault at once.

    Raises:
        InputError: no file, columns missing, rows of the wrong width, ids missing or twice.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Fault(path.name, f"a file that cannot be read ({error})", "a UTF-8 TSV", "Check it.")
        ) from error
    lines = [line for line in text.splitlines() if line.strip()]
    header = lines[0].lstrip("#").split("\t") if lines else []
    names = [name.strip() for name in header]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise InputError(
            Fault(
                path.name,
                f"no column {', '.join(missing)}",
                f"a tab-separated header with {', '.join(NEEDED)} (and, if known, "
                f"{', '.join(OPTIONAL)})",
                "Add the columns; the order does not matter.",
            )
        )
    rows = []
    faults = []
    seen: set[str] = set()
    for number, cells in enumerate(csv.reader(lines[1:], delimiter="\t"), start=2):
        where = f"{path.name}, line {number}"
        if len(cells) > len(names):
            faults.append(
                Fault(where, f"{len(cells)} cells", f"at most {len(names)}", "Mend the line.")
            )
            continue
        padded = [*cells, *[""] * (len(names) - len(cells))]
        row = {name: cell.strip() for name, cell in zip(names, padded, strict=True)}
        if not row["id"] or row["id"] in seen:
            found = f"the id '{row['id']}' twice" if row["id"] else "no id"
            faults.append(Fault(where, found, "an id of its own for each line", "Name it."))
        seen.add(row["id"])
        rows.append(row)
    if faults:
        raise InputError(faults)
    return rows


def assess_rows(
    rows: Iterable[dict[str, str]], kb: KnowledgeBase, settings: Antisense
) -> list[AsoVerdict]:
    """Four verdicts a row, in the order of the rows."""
    return [
        verdict for row in rows for verdict in assess(facts_of_row(row, kb, settings), settings)
    ]


def write_verdicts(path: Path, verdicts: Iterable[AsoVerdict]) -> None:
    """One row a strategy; the file appears whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(
            handle, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\"
        )
        writer.writerow(COLUMNS)
        for v in verdicts:
            cells = (
                v.variant,
                v.strategy,
                v.verdict,
                v.reason,
                " | ".join(_node(n) for n in v.trace),
                v.would_change,
                "; ".join(v.flags),
            )
            writer.writerow([" ".join(cell.split()).replace("\\", "/") for cell in cells])
    part.replace(path)


def _node(node: TraceNode) -> str:
    fact = f" [{node.fact}]" if node.fact else ""
    return f"{node.node} {node.question}{fact} -> {node.answer}"
