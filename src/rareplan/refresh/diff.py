"""What changed between two snapshots, layer by layer, in what a person cares about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rareplan.knowledge.clinvar import ClinVarTable, clinvar
from rareplan.knowledge.frequencies import frequencies
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Contig
from rareplan.refresh.diff_model import Change, Diff, Layer

_CURATED = "curated/"


def diff_snapshots(
    old: KnowledgeBase, new: KnowledgeBase, thresholds: tuple[float, ...] = (0.001, 0.02)
) -> Diff:
    """Compare two snapshots; ``thresholds`` are frequencies (fractions) worth crossing."""
    layers = (
        Layer("sources", "Sources with another version", tuple(_sources(old, new))),
        _gene_disease(old, new),
        _validity(old, new),
        _clinvar(old, new),
        _hpo(old, new),
        _frequencies(old, new, thresholds),
        _approvals(old, new),
        _trials(old, new),
        Layer("curated", "Curated rows", tuple(_curated(old, new))),
    )
    return Diff(old.name, new.name, layers)


def _ordered(changes: Iterator[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: (-c.weight, c.gene, c.variant, c.text)))


def _rows(kb: KnowledgeBase, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = kb.table(table).to_pylist() if kb.has(table) else []
    return rows


def _sources(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[Change]:
    before: dict[str, set[str]] = {}
    for source in old.sources():
        before.setdefault(source.name, set()).add(source.version)
    for source in new.sources():
        versions = before.get(source.name, set())
        was = ", ".join(sorted(versions))
        if source.version not in versions:
            text = f"{source.name}: {was or 'not there'} -> {source.version}"
            yield Change("version", text, old=was, new=source.version)


def _gene_disease(old: KnowledgeBase, new: KnowledgeBase) -> Layer:
    names = {r["disease_id"]: r["name"] for kb in (old, new) for r in _rows(kb, "diseases")}
    before, after = (
        {(r["gene"], r["disease_id"]) for r in _rows(kb, "gene_disease")} for kb in (old, new)
    )
    known = {gene for gene, _ in before}

    def changes() -> Iterator[Change]:
        for gene, disease in after - before:
            first = gene not in known
            text = f"{gene} is linked to {names.get(disease, disease)} ({disease})"
            text = f"{text}: its first disease" if first else text
            yield Change("linked", text, gene, disease=disease, weight=2 if first else 1)
        for gene, disease in before - after:
            text = f"{gene} is no longer linked to {names.get(disease, disease)} ({disease})"
            yield Change("unlinked", text, gene, disease=disease)

    title = "Genes linked to diseases"
    if not (old.has("gene_disease") and new.has("gene_disease")):
        return Layer("gene_disease", title, (), "one of the snapshots has no links")
    return Layer("gene_disease", title, _ordered(changes()))


def _validity(old: KnowledgeBase, new: KnowledgeBase) -> Layer:
    def keyed(kb: KnowledgeBase) -> dict[tuple[str, str, str], str]:
        return {
            (r["gene"], r["disease_id"], r["source"]): r["classification"]
            for r in _rows(kb, "validity")
        }

    before, after = keyed(old), keyed(new)
    note = "" if old.has("validity") else "the older snapshot has no validity curations"

    def changes() -> Iterator[Change]:
        for key, now in after.items():
            was = before.get(key, "")
            if was != now and not note:
                gene, disease, source = key
                text = f"{gene} and {disease}: {was or 'not curated'} -> {now} ({source})"
                yield Change("validity", text, gene, disease=disease, old=was, new=now)

    return Layer("validity", "Gene-disease validity", _ordered(changes()), note)


def _clinvar(old: KnowledgeBase, new: KnowledgeBase) -> Layer:
    """Alleles that became, or ceased to be, pathogenic; and others that changed class."""
    title = "ClinVar classifications"
    if not (old.has("clinvar") and new.has("clinvar")):
        return Layer("clinvar", title, (), "one of the snapshots has no ClinVar")
    was, now = clinvar(old), clinvar(new)
    note = "" if was.scope == now.scope else f"compared: {was.scope} with {now.scope}"

    def changes() -> Iterator[Change]:
        yield from _reclassified(now, was, "pathogenic", forward=True)
        yield from _reclassified(was, now, "no longer pathogenic", forward=False)

    return Layer("clinvar", title, _ordered(changes()), note)


def _reclassified(
    here: ClinVarTable, there: ClinVarTable, kind: str, *, forward: bool
) -> Iterator[Change]:
    """Alleles that are pathogenic here and not there."""
    good, good_there = here.pathogenic_mask(1), there.pathogenic_mask(1)
    columns = {k: here.table.column(k) for k in ("contig", "pos", "ref", "alt")}
    at = there.find(
        columns["contig"].to_numpy(), columns["pos"].to_numpy(), columns["ref"], columns["alt"]
    )
    inside = (at >= 0) & (at < len(there))
    same = np.zeros(len(at), dtype=bool)
    same[inside] = good_there[at[inside]]
    for row in np.flatnonzero(good & ~same).tolist():
        record, key = here.record(row), here.key(row).text
        other = there.record(int(at[row])) if at[row] >= 0 else None
        texts = [f"{r.significance} ({r.stars}*)" if r else "not there" for r in (other, record)]
        before, after = texts if forward else texts[::-1]
        yield Change(
            kind, f"{key}: {before} -> {after}", variant=key, old=before, new=after,
            disease="; ".join(record.diseases), weight=record.stars,
        )  # fmt: skip


def _hpo(old: KnowledgeBase, new: KnowledgeBase) -> Layer:
    before, after = ({r["id"]: r for r in _rows(kb, "hpo_terms")} for kb in (old, new))

    def changes() -> Iterator[Change]:
        for term, row in after.items():
            was = before.get(term)
            if was is None and not row["obsolete"]:
                yield Change("new term", f"{term} {row['label']}", new=row["label"])
            elif was and row["obsolete"] and not was["obsolete"]:
                successor = row["replaced_by"] or "no successor"
                text = f"{term} {was['label']} is obsolete: {successor}"
                yield Change("obsolete", text, old=was["label"], new=successor, weight=2)
            elif was and row["label"] != was["label"]:
                text = f"{term} {was['label']} is now called {row['label']}"
                yield Change("renamed", text, old=was["label"], new=row["label"], weight=1)

    return Layer("hpo", "HPO terms", _ordered(changes()))


def _frequencies(old: KnowledgeBase, new: KnowledgeBase, thresholds: tuple[float, ...]) -> Layer:
    title = f"Frequencies that cross {', '.join(f'{t:g}' for t in thresholds)}"
    was, now = frequencies(old), frequencies(new)
    if was is None or now is None:
        return Layer("frequencies", title, (), "one of the snapshots has no frequencies")

    def changes() -> Iterator[Change]:
        for code in sorted(set(was.groups) & set(now.groups)):
            yield from _crossings(code, was._chromosome(code), now._chromosome(code), thresholds)

    return Layer("frequencies", title, _ordered(changes()))


def _crossings(code: int, was: Any, now: Any, thresholds: tuple[float, ...]) -> Iterator[Change]:
    at = was.index.find_codes(now.index.keys, now.index.codes)
    same = at >= 0
    new_af = now.facts[0]
    old_af = np.where(same, was.facts[0][at], 0.0)
    for threshold in thresholds:
        crossed = same & ((old_af < threshold) != (new_af < threshold))
        for row in np.flatnonzero(crossed).tolist():
            pos = int(now.index.keys[row])
            place = f"{Contig(code).bare}-{pos}"
            text = f"{place}: {old_af[row]:.2g} -> {new_af[row]:.2g} (crosses {threshold:g})"
            yield Change("frequency", text, old=f"{old_af[row]:g}", new=f"{new_af[row]:g}")


def _approvals(old: KnowledgeBase, new: KnowledgeBase) -> Layer:
    def keyed(kb: KnowledgeBase) -> dict[tuple[str, str, str], dict[str, Any]]:
        return {(r["agency"], r["brand"], r["reference"]): r for r in _rows(kb, "approvals")}

    before, after = keyed(old), keyed(new)
    title = "Drugs approved, withdrawn or changed"
    if not before or not after:
        return Layer("drugs", title, (), "one of the snapshots has no approvals")

    def changes() -> Iterator[Change]:
        for key, row in after.items():
            was = before.get(key)
            what = f"{row['agency']}: {row['brand']} ({row['drug']})"
            if was is None:
                yield Change("approved", f"{what}: {row['status']}", new=row["status"], weight=2)
            elif was["status"] != row["status"]:
                text = f"{what}: {was['status']} -> {row['status']}"
                yield Change("status", text, old=was["status"], new=row["status"], weight=3)
        for key, was in before.items():
            if key not in after:
                yield Change("gone", f"{was['agency']}: {was['brand']} is no longer listed")

    return Layer("drugs", title, _ordered(changes()))


def _trials(old: KnowledgeBase, new: KnowledgeBase) -> Layer:
    before, after = ({r["nct_id"]: r for r in _rows(kb, "trials")} for kb in (old, new))
    title = "Trials opened, closed or changed"
    if not before or not after:
        return Layer("trials", title, (), "one of the snapshots has no trials")

    def changes() -> Iterator[Change]:
        for nct, row in after.items():
            was = before.get(nct)
            if was is None or was["status"] != row["status"]:
                status = was["status"] if was else "not there"
                text = f"{nct} {row['title']}: {status} -> {row['status']}"
                yield Change(
                    "trial", text, disease=row["query"], old=status, new=row["status"],
                    weight=2 if row["status"] == "RECRUITING" else 1,
                )  # fmt: skip

    return Layer("trials", title, _ordered(changes()))


def _curated(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[Change]:
    names = {t.removeprefix(_CURATED) for t in new.tables if t.startswith(_CURATED)}
    for name in sorted(names):
        if not old.has(_CURATED + name):
            continue
        before, after = (_by_id(kb.curated(name)) for kb in (old, new))
        for ident in sorted(set(before) | set(after)):
            was, now = before.get(ident), after.get(ident)
            if was == now:
                continue
            row = now or was or {}
            kind = "added" if was is None else "removed" if now is None else "changed"
            text = f"{name}: {ident} {kind}"
            if was and now:
                text += f" ({', '.join(k for k in now if now[k] != was.get(k))})"
            yield Change(kind, text, row.get("gene", ""), disease=row.get("disease", ""))


def _by_id(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Rows by their ``id``; by their whole text where they have none."""
    return {row.get("id") or " | ".join(list(row.values())[:3]): row for row in rows}
