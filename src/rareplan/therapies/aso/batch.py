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
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    names = [name.strip() for name in lines[0][1].lstrip("#").split("\t")] if lines else []
    faults = _header_faults(path.name, names, lines)
    if faults:
        raise InputError(faults)
    rows = []
    seen: dict[str, int] = {}
    for number, line in lines[1:]:
        where = f"{path.name}, line {number}"
        cells = line.split("\t")  # a quote is a character like any other: no cell spans lines
        if len(cells) > len(names):
            wide = f"{len(cells)} cells"
            faults.append(Fault(where, wide, f"at most {len(names)}", "Mend the line."))
            continue
        padded = [*cells, *[""] * (len(names) - len(cells))]
        row = {name: _bare(cell) for name, cell in zip(names, padded, strict=True)}
        if not row["id"] or row["id"] in seen:
            again = f"the id '{row['id']}', as in line {seen.get(row['id'])}"
            found = again if row["id"] else "no id"
            faults.append(Fault(where, found, "an id of its own for each line", "Name it."))
        seen.setdefault(row["id"], number)
        rows.append(row)
    if faults:
        raise InputError(faults)
    return rows


def _bare(cell: str) -> str:
    """A cell without the quotes that a spreadsheet puts around it."""
    text = cell.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"').strip()
    return text


def _header_faults(name: str, names: list[str], lines: list[tuple[int, str]]) -> list[Fault]:
    wanted = (
        f"a tab-separated header with {', '.join(NEEDED)} (and, if known, {', '.join(OPTIONAL)})"
    )
    missing = [column for column in NEEDED if column not in names]
    if missing:
        commas = len(names) == 1 and "," in names[0]
        found = "commas between the columns" if commas else f"no column {', '.join(missing)}"
        action = "Save it tab-separated." if commas else "Add the columns, in any order."
        return [Fault(name, found, wanted, action)]
    twice = sorted({column for column in names if names.count(column) > 1})
    if twice:
        return [Fault(name, f"column {', '.join(twice)} twice", wanted, "Keep one of each.")]
    if len(lines) == 1:
        return [Fault(name, "a header and no variant", "a variant a line", "Add the variants.")]
    return []


def unused_columns(rows: list[dict[str, str]]) -> tuple[str, ...]:
    """Columns that nothing here reads, such as a misspelt name."""
    known = {*NEEDED, *OPTIONAL}
    return tuple(name for name in rows[0] if name not in known) if rows else ()


def check_output(batch: Path, out: Path) -> None:
    """Refuse an output that would replace the input or cannot be written, before any work.

    Raises:
        InputError: the output is the batch file itself, or its folder does not exist.
    """
    if out.exists() and batch.exists() and out.samefile(batch):
        fault = Fault("--out", "the batch file itself", "another file", "Choose another --out.")
        raise InputError(fault)
    if not out.parent.is_dir():
        fault = Fault(
            "--out",
            f"no folder {out.parent.name or out.parent}",
            "a folder that exists",
            "Make it.",
        )
        raise InputError(fault)


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
