"""Recall of the curated treatments against the FDA orphan and EMA product lists.

    python scripts/bench/therapies_recall.py ../shared/data/knowledge

A product counts when its approved indication names a single-gene disease (patterns of
single_gene_indications.tsv). It is found when one of the pattern's genes has a curated row whose
agents include it, by any spelling that drugs.tsv knows. Also compares treatment classes with the
MAxO annotations where both speak of a disease. Prints Markdown.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import sys
from collections import defaultdict
from pathlib import Path

from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.therapies import CuratedTherapies, curated_therapies
from rareplan.therapies.medicines import words

HERE = Path(__file__).parent
INN = "International non-proprietary name (INN) / common name"
Product = tuple[str, str, str]  # names as words, shown name, indication

# MAxO words of an action, and what a curated row that agrees says of itself.
DIET = (
    r"diet|vitamin|cofactor|mineral|amino|electrolyte|restrict|suppl|replacement|bypass|"
    r"substrate|saccharide|avoid|nucleo|precursor"
)
DRUG = (
    r"agent therapy|pharmacotherapy|medication|inhibitor|antagonist|agonist|blocker|hormone|"
    r"chelat|anti|drug|steroid|diuretic|therapy"
)
CLASSES = (
    (r"enzyme replacement", r"ert|enzyme"),
    (r"diet|nutrition|supplement|vitamin|intake|avoidance", DIET),
    (r"transplant", r"transplant|hsct"),
    (r"gene therapy", r"gene therapy|gene_therapy|editing"),
    (DRUG, r"."),
)


def read_products(folder: Path) -> dict[str, list[Product]]:
    """Approved products of the two lists."""
    with lzma.open(folder / "FDA_orphan_approved_2022-07-01.csv.xz", "rt") as handle:
        fda = [
            (r["Generic Name"] + " " + r["Trade Name"], r["Generic Name"],
             r["Approved Labeled Indication"] or r["Orphan Designation"])
            for r in csv.DictReader(handle)
        ]  # fmt: skip
    with lzma.open(folder / "ema_epar_2023-12-05.tsv.xz", "rt") as handle:
        text = handle.read()
    ema = [
        (f"{r['Medicine name']} {r[INN]} {r['Active substance']}", r["Medicine name"],
         f"{r['Therapeutic area']} {r['Condition / indication'][:400]}")
        for r in csv.DictReader(io.StringIO(text), delimiter="\t")
        if r["Category"] == "Human" and r["Authorisation status"] == "Authorised"
        and r["Orphan medicine"] == "yes"
    ]  # fmt: skip
    return {
        "FDA orphan approvals 2022-07-01": [(" ".join(words(n)), s, i) for n, s, i in fda],
        "EMA orphan medicines 2023-12-05": [(" ".join(words(n)), s, i) for n, s, i in ema],
    }


def spellings(agent: str, tables: CuratedTherapies) -> set[str]:
    """Every spelling of an agent, as words."""
    row = tables.drugs.get(agent.lower())
    names = (row.name, *row.synonyms) if row else (agent,)
    return {" ".join(words(name)) for name in names if len(" ".join(words(name))) > 3}


def recall(products: list[Product], tables: CuratedTherapies) -> tuple[int, int, list[str]]:
    """Found, wanted, and the misses; one product-disease pair counts once."""
    with (HERE / "single_gene_indications.tsv").open() as handle:
        rows = csv.DictReader((x for x in handle if not x.startswith("#")), delimiter="\t")
        patterns = [(re.compile(r["pattern"], re.IGNORECASE), r["genes"].split(";")) for r in rows]
    pairs: dict[tuple[str, str], bool] = {}
    for names, shown, indication in products:
        for pattern, genes in patterns:
            if not pattern.search(indication):
                continue
            agents = {a for g in genes for r in tables.therapies.get(g, ()) for a in r.agents}
            known = {s for agent in agents for s in spellings(agent, tables)}
            hit = any(re.search(rf"\b{re.escape(s)}\b", names) for s in known)
            key = (" ".join(words(shown))[:40], genes[0])
            pairs[key] = pairs.get(key, False) or hit
    misses = sorted(f"{shown} ({gene})" for (shown, gene), hit in pairs.items() if not hit)
    return sum(pairs.values()), len(pairs), misses


def maxo_agreement(folder: Path, tables: CuratedTherapies) -> tuple[int, int, list[str]]:
    """Diseases of which a curated row and a MAxO annotation speak: do the classes agree?"""
    by_disease: dict[str, set[str]] = defaultdict(set)
    for group in tables.therapies.values():
        for row in group:
            said = f"{row.therapy_class} {row.mode} {row.direction} {row.intervention}".lower()
            for number in (*row.mondo, *(f"OMIM:{n}" for n in row.omim)):
                by_disease[number].add(said)
    asked: dict[str, set[str]] = defaultdict(set)
    with (folder / "maxo-annotations.tsv").open() as handle:
        for entry in csv.DictReader(handle, delimiter="\t"):
            if entry["relation"].lower() == "treats" and entry["disease_id"] in by_disease:
                asked[entry["disease_id"]].add(entry["maxo_name"].lower())
    agree, odd = 0, []
    for disease, actions in sorted(asked.items()):
        ours = " ".join(by_disease[disease])
        if any(re.search(a, act) and re.search(b, ours) for act in actions for a, b in CLASSES):
            agree += 1
        else:
            odd.append(f"{disease}: MAxO {sorted(actions)[:4]}")
    return agree, len(asked), odd


def main() -> None:
    """Print the tables."""
    folder = Path(sys.argv[1])
    kb = KnowledgeBase(Path(), {"name": "bench", "created": "", "tables": {}}, "")
    tables = curated_therapies(kb)
    print("| list | product-disease pairs | found | recall |\n|---|---|---|---|")
    missed: dict[str, list[str]] = {}
    for name, products in read_products(folder).items():
        found, wanted, misses = recall(products, tables)
        missed[name] = misses
        print(f"| {name} | {wanted} | {found} | {found / wanted:.3f} |")
    for name, misses in missed.items():
        print(f"\nMissed, {name}: " + "; ".join(misses) + ".")
    agree, both, odd = maxo_agreement(folder, tables)
    print(f"\nMAxO: both speak of {both} diseases; classes agree on {agree}.")
    for line in odd:
        print(f"- {line}")


if __name__ == "__main__":
    main()
