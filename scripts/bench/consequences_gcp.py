"""HGVS names against the biocommons gcp tables, for every transcript whose sequence is at hand.

Sequences, exons and CDS bounds come from the response cache in the source release of PyPI
``hgvs`` 1.5.4 (Apache-2.0), tests/data/cache-py3.hdp; the tables from the shared data.

    python scripts/bench/consequences_gcp.py --sdist hgvs-1.5.4.tar.gz \
        --tables ../shared/data/consequences/hgvs_gcp.tar.xz [--show 20]
"""

from __future__ import annotations

import argparse
import io
import pickle
import re
import sys
import tarfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.builders.genes import Gene, bundle_from

from rareplan.annotate.explain import explain
from rareplan.annotate.view import view
from rareplan.knowledge.sequence import reverse_complement
from rareplan.model.genome import contig_from_name

_SIMPLE = {("builtins", "tuple"), ("collections", "OrderedDict")}


class _Stub(list):
    """Stands for every class of the cache, so that unpickling runs no foreign code."""

    def __init__(self, *_: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _SIMPLE:
            return super().find_class(module, name)
        if module == "copyreg":
            return lambda *_: _Stub()
        return type(name, (_Stub,), {})


def read_cache(sdist: Path) -> tuple[dict[str, str], dict[tuple[str, str], list], dict[str, list]]:
    """Whole sequences, exons by (transcript, contig), identity by transcript."""
    with tarfile.open(sdist) as tar:
        member = next(m for m in tar.getmembers() if m.name.endswith("tests/data/cache-py3.hdp"))
        raw = tar.extractfile(member).read()
    cache = _Unpickler(io.BytesIO(raw)).load()
    sequences, exons, identity = {}, {}, {}
    for key, value in cache.items():
        words = list(key)
        if "get_seq" in words and len(words) == 3:
            sequences[words[0]] = value
        elif "get_tx_exons" in words:
            exons[words[0], words[1]] = [row.state[0] for row in value]
        elif "get_tx_identity_info" in words and hasattr(value, "state"):
            identity[words[0]] = value.state[0]
    return sequences, exons, identity


def gene_of(name: str, contig: str, exons: list, identity: list, sequence: str) -> Gene | None:
    """A gene on GRCh37, or None when the transcript does not align base by base."""
    rows = sorted((r[8] + 1, r[9]) for r in exons)
    if any(not re.fullmatch(r"(\d+[=X])+", r[10]) for r in exons):
        return None
    if sum(b - a + 1 for a, b in rows) != len(sequence):
        return None
    strand = exons[0][4]
    span = None
    if identity[3] is not None:
        ends = [_genomic(rows, strand, o) for o in (identity[3], identity[4] - 1)]
        span = (min(ends), max(ends))
    return Gene(
        name, strand, rows, span, int(contig_from_name(contig)), transcript=name, refseq=name,
        transcript_class="", gene=identity[6],
    )  # fmt: skip


def _genomic(rows: list[tuple[int, int]], strand: int, offset: int) -> int:
    for a, b in rows if strand > 0 else reversed(rows):
        if offset <= b - a:
            return a + offset if strand > 0 else b - offset
        offset -= b - a + 1
    raise ValueError(offset)


_G = re.compile(r"^(NC_\d+\.\d+):g\.(\d+)(?:_(\d+))?(.*)$")


def parse_g(text: str) -> tuple[str, int, int, str, str] | None:
    """Contig, start, end, kind and bases of a genomic name; None for what is not an allele."""
    match = _G.match(text)
    if not match:
        return None
    contig, start, end, rest = match.groups()
    first, last = int(start), int(end or start)
    if sub := re.fullmatch(r"([ACGT])>([ACGT])", rest):
        return contig, first, last, "sub", f"{sub.group(1)}>{sub.group(2)}"
    if found := re.fullmatch(r"(delins|del|ins|dup)([ACGT]*)", rest):
        return contig, first, last, found.group(1), found.group(2)
    if found := re.fullmatch(r"del[ACGT]+ins([ACGT]+)", rest):
        return contig, first, last, "delins", found.group(1)
    return None


def allele(one: Any, parsed: tuple[str, int, int, str, str], ref: str) -> tuple[int, str, str]:
    """VCF-like position, reference and alternate."""
    _, first, last, kind, bases = parsed
    if kind == "sub":
        return first, bases[0], bases[2]
    if kind == "ins":
        return last, "", bases
    if kind == "dup":
        copied = "".join(_base(one, p) for p in range(first, last + 1))
        return last + 1, "", copied
    removed = "".join(_base(one, p) or "N" for p in range(first, last + 1))
    return first, ref or removed, "" if kind == "del" else bases


def _base(one: Any, position: int) -> str:
    spliced = one.spliced(position)
    if spliced < 0:
        return ""
    base = one.sequence[spliced]
    return base if one.forward else reverse_complement(base)


def normal_c(name: str) -> str:
    """Without the bases that older names give of what is deleted or doubled."""
    text = re.sub(r"del[ACGT]+ins", "delins", name.replace("(", "").replace(")", ""))
    return re.sub(r"(del|dup)[ACGT]+$", r"\1", text)


def normal_p(name: str) -> str:
    """Without accession and parentheses, ``*`` as Ter; unchanged is ``=`` however it is named."""
    text = name.rpartition(":")[2].replace("*", "Ter").replace("p.(", "p.").rstrip(")")
    return "p.=" if text.endswith("=") else text


_C = re.compile(r"^(\d+)(?:_(\d+))?(.*)$")


def edit_of(name: str, start: int) -> tuple[int, int, str, str] | None:
    """Spliced 0-based range, kind and bases of a c. name inside the CDS."""
    match = _C.match(name.rpartition("c.")[2])
    if not match:
        return None
    parsed = parse_g(f"NC_0.0:g.{name.rpartition('c.')[2]}")
    if parsed is None:
        return None
    return parsed[1] - 1 + start, parsed[2] + start, parsed[3], parsed[4]


def from_c(name: str, one: Any) -> tuple[int, str, str] | None:
    """VCF-like allele on a transcript whose genome is the transcript itself (1-based)."""
    found = edit_of(name, one.cds_first)
    if found is None:
        return None
    low, high, kind, bases = found
    if kind == "sub":
        return low + 1, bases[0], bases[2]
    if kind == "ins":
        return high, "", bases
    if kind == "dup":
        return high + 1, "", one.sequence[low:high]
    return low + 1, one.sequence[low:high], "" if kind == "del" else bases


def plain_view(name: str, identity: list, sequence: str) -> Any:
    """A view of a transcript laid out as a genome of its own, in one exon."""
    gene = Gene(
        name, 1, [(1, len(sequence))], (identity[3] + 1, identity[4]), transcript=name,
        refseq=name, transcript_class="",
    )  # fmt: skip
    return view(bundle_from([gene], lambda _: sequence), 0)


def compare_p(cells: list[str], one: Any, tally: Counter[str], options: Any) -> None:
    """Count one p. name, made from the c. name."""
    made = from_c(normal_c(cells[2]), one) or from_c(cells[2], one)
    if made is None:
        tally["p of a c. name outside the CDS"] += 1
        return
    got = explain(one, *made)
    tally["p compared"] += 1
    if normal_p(got.hgvs_p) == normal_p(cells[3]):
        tally["p equal"] += 1
    elif tally["shown"] < options.show:
        tally["shown"] += 1
        print("p", cells[1], cells[2], "expected", cells[3], "got", got.hgvs_p)


def main() -> None:  # noqa: C901 - a straight run over the tables
    """Compare every row and print the tallies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdist", type=Path, required=True)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--show", type=int, default=30)
    options = parser.parse_args()
    sequences, exons, identity = read_cache(options.sdist)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    views: dict[tuple[str, str], Any] = {}
    plain: dict[str, Any] = {}
    shown = 0
    with tarfile.open(options.tables) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if not member.name.endswith(".tsv"):
                continue
            table = Path(member.name).name
            for line in tar.extractfile(member).read().decode().splitlines():
                cells = line.split("\t")
                if line.startswith(("#", "id\t")) or len(cells) < 3 or ":" not in cells[2]:
                    continue
                parsed, name = parse_g(cells[1]), cells[2].split(":")[0]
                tally = counts[table]
                tally["rows"] += 1
                if parsed is None:
                    tally["g. name is no plain allele"] += 1
                    continue
                key = (name, parsed[0])
                if name in identity and name in sequences and ":p." in "".join(cells[3:4]):
                    if name not in plain:
                        plain[name] = plain_view(name, identity[name], sequences[name])
                    compare_p(cells, plain[name], tally, options)
                if key not in views:
                    views[key] = None
                    if key in exons and name in identity and name in sequences:
                        gene = gene_of(name, parsed[0], exons[key], identity[name], sequences[name])
                        if gene is not None:
                            made = bundle_from([gene], lambda g: sequences[g.transcript])
                            views[key] = view(made, 0)
                one = views[key]
                if one is None:
                    tally["no sequence or exons at hand"] += 1
                    continue
                pos, ref, alt = allele(one, parsed, "")
                if parsed[3] == "dup" and len(alt) != parsed[2] - parsed[1] + 1:
                    tally["duplication in an intron: no sequence"] += 1
                    continue
                got = explain(one, pos, ref, alt)
                if not got.hgvs_shifted and not one.forward and parsed[3] != "sub":
                    tally["indel in an intron, minus strand: no sequence"] += 1
                    continue
                tally["c compared"] += 1
                if got.hgvs_c == normal_c(cells[2]):
                    tally["c equal"] += 1
                elif shown < options.show:
                    shown += 1
                    print("c", table, cells[1], "expected", cells[2], "got", got.hgvs_c)
    total: Counter[str] = Counter()
    for table, tally in counts.items():
        total.update(tally)
        print(table, dict(tally))
    print("all", dict(total))
    for kind in "cp":
        if total[f"{kind} compared"]:
            print(f"{kind}: {total[f'{kind} equal'] / total[f'{kind} compared']:.4%}")


if __name__ == "__main__":
    main()
