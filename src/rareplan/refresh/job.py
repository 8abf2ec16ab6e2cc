"""The refresh: fetch, parse, check, assemble, swap. One source's failure leaves the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rareplan.config import RefreshSettings
from rareplan.errors import KnowledgeError, NetworkError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.provenance import data_dir, sha256_file
from rareplan.refresh.assemble import assemble
from rareplan.refresh.facts import check_part, check_snapshot
from rareplan.refresh.faults import SourceError
from rareplan.refresh.fetch import Fetcher
from rareplan.refresh.fetch_state import Fetched, Politeness, Progress
from rareplan.refresh.genome import GENOME, genome_part, open_genome
from rareplan.refresh.layout import Home
from rareplan.refresh.parts import Part, build_part, load_part, parser_of
from rareplan.refresh.spec import SourceFile, SourceSpec
from rareplan.refresh.summary import RefreshSummary, SourceOutcome
from rareplan.refresh.tables import Built, link_or_copy, write_manifest, write_table

Tell = Callable[[str], None]


@dataclass(frozen=True)
class RefreshRequest:
    """What one refresh was asked for."""

    sources: tuple[str, ...] = ()
    """Ids; empty: every source that is not opt-in, and the opt-in ones used before."""
    opt_in: tuple[str, ...] = ()
    mirror: Path | None = None
    accept_drift: tuple[str, ...] = ()
    now: datetime | None = None
    """Time of building; given by tests and by replays of dated snapshots."""


def refresh(
    home: Home,
    specs: Mapping[str, SourceSpec],
    settings: RefreshSettings,
    request: RefreshRequest,
    *,
    progress: Progress | None = None,
    tell: Tell = lambda _: None,
) -> RefreshSummary:
    """Bring the knowledge up to date; the snapshot in use is replaced only by a whole one.

    Raises:
        KnowledgeError: an unknown source, or another refresh holds the lock.
    """
    began = time.monotonic()
    with home.locked():
        home.sweep()
        before = _current(home)
        known = _known_parts(home, before)
        chosen = _choose(specs, request, known)
        fetcher = _fetcher(home, settings, request, progress)
        summary = RefreshSummary(snapshot=home.in_use())
        parts: dict[str, Part] = {}
        for spec in specs.values():
            outcome = SourceOutcome(spec.id)
            old = known.get(spec.id)
            if spec.id in chosen:
                tell(f"{spec.name}")
                new = _one_source(home, spec, fetcher, settings, request, old, outcome)
                tell(f"{spec.name}: {outcome.status} {outcome.message}".rstrip())
                summary.sources.append(outcome)
            else:
                new = old
            if new is not None:
                parts[spec.id] = new
        if GENOME in known:  # from a file of the user's: no source to ask again
            parts[GENOME] = known[GENOME]
        _publish(home, specs, parts, before, request, settings, summary)
        summary.seconds = round(time.monotonic() - began, 2)
        (home.root / "last-refresh.json").write_text(summary.as_json() + "\n", "utf-8")
    return summary


def add_genome(
    home: Home,
    specs: Mapping[str, SourceSpec],
    settings: RefreshSettings,
    fasta: Path,
    *,
    now: datetime | None = None,
    tell: Callable[[str, float | None], None] = lambda *_: None,
) -> tuple[RefreshSummary, Part]:
    """Give the snapshot in use the transcript sequence of a genome FASTA; no network.

    Raises:
        InputError: the file is no genome that fits.
        KnowledgeError: a refresh holds the lock.
    """
    began = time.monotonic()
    genome = open_genome(fasta)
    with home.locked():
        home.sweep()
        before = _current(home)
        kb = before or open_knowledge(data_dir("knowledge") / "starter")
        request = RefreshRequest(now=now)
        day = (now or datetime.now(UTC)).date().isoformat()
        part = genome_part(home, genome, kb, day, tell)
        summary = RefreshSummary(snapshot=home.in_use())
        parts = _known_parts(home, before) | {GENOME: part}
        tell("Writing the snapshot", None)
        _publish(home, specs, parts, before, request, settings, summary)
        summary.seconds = round(time.monotonic() - began, 2)
    return summary, part


def _current(home: Home) -> KnowledgeBase | None:
    try:
        return home.open_current()
    except KnowledgeError:
        return None  # damaged by someone else; build a new one beside it


def _fetcher(
    home: Home, settings: RefreshSettings, request: RefreshRequest, progress: Progress | None
) -> Fetcher:
    polite = Politeness(
        settings.connect_timeout, settings.read_timeout, settings.retries, settings.backoff,
        settings.max_backoff,
    )  # fmt: skip
    if progress is None:
        return Fetcher(home.downloads, mirror=request.mirror, politeness=polite)
    return Fetcher(home.downloads, mirror=request.mirror, politeness=polite, progress=progress)


def _known_parts(home: Home, before: KnowledgeBase | None) -> dict[str, Part]:
    found = {}
    for source, entry in (before.manifest.get("parts", {}) if before else {}).items():
        part = load_part(home, source, entry["digest"])
        if part:
            found[source] = part
    return found


def _choose(
    specs: Mapping[str, SourceSpec], request: RefreshRequest, known: Mapping[str, Part]
) -> set[str]:
    unknown = [s for s in (*request.sources, *request.opt_in) if s not in specs]
    if unknown:
        raise KnowledgeError(
            f"there is no source {', '.join(unknown)}; 'rareplan kb sources' lists them"
        )
    wanted = set(request.sources) or {i for i, s in specs.items() if not s.opt_in or i in known}
    return wanted | set(request.opt_in)


def _one_source(
    home: Home,
    spec: SourceSpec,
    fetcher: Fetcher,
    settings: RefreshSettings,
    request: RefreshRequest,
    old: Part | None,
    outcome: SourceOutcome,
) -> Part | None:
    """The source's new part; its old one when it failed."""
    began = time.monotonic()
    part: Part | None
    try:
        files, labels = _files(spec, fetcher, settings, outcome)
        part = build_part(home, spec, files, labels)
        drift = 1e9 if spec.id in request.accept_drift else settings.max_drift
        if old is None or part.digest != old.digest:
            check_part(spec, part, old.rows if old else {}, drift)
        outcome.status = "unchanged" if old and old.digest == part.digest else "new"
    except (SourceError, NetworkError) as error:
        outcome.status, outcome.message = "failed", str(error)
        part = old
    except OSError as error:
        outcome.status = "failed"
        outcome.message = f"the disk refused ({error.strerror or error})"
        part = old
    outcome.seconds = round(time.monotonic() - began, 2)
    if part is not None:
        outcome.version, outcome.rows = part.version(), sum(part.rows.values())
    return part


def _files(
    spec: SourceSpec, fetcher: Fetcher, settings: RefreshSettings, outcome: SourceOutcome
) -> tuple[dict[str, Fetched], dict[str, str]]:
    files, labels = {}, {}
    for file, label in _expanded(spec, settings):
        try:
            files[file.id] = fetcher.fetch(spec.id, file)
        except NetworkError:
            if not file.optional:
                raise
            continue
        labels[file.id] = label
        outcome.transferred += files[file.id].transferred
    if not files:
        raise SourceError("none of its files came")
    return files, labels


def _expanded(spec: SourceSpec, settings: RefreshSettings) -> Iterator[tuple[SourceFile, str]]:
    """The files of a source; one for each curated disease where the address asks for it."""
    for file in spec.files:
        if "{disease}" not in file.url:
            yield file, file.id
            continue
        kb = open_knowledge(data_dir("knowledge") / "starter")
        names = sorted({row["disease"] for row in kb.curated("therapies") if row.get("disease")})
        for number, name in enumerate(names[: settings.max_trial_queries]):
            url = file.url.replace("{disease}", quote(name))
            one = file.model_copy(update={"id": f"{file.id}-{number:04}", "url": url})
            yield one, name


def _publish(
    home: Home,
    specs: Mapping[str, SourceSpec],
    parts: Mapping[str, Part],
    before: KnowledgeBase | None,
    request: RefreshRequest,
    settings: RefreshSettings,
    summary: RefreshSummary,
) -> None:
    """Assemble the parts, check the whole, and swap; nothing happens when nothing is new."""
    if not parts:
        summary.faults.append("no source could be had: the knowledge stays as it was")
        return
    base = open_knowledge(data_dir("knowledge") / "starter")
    recipe = _recipe(specs, parts, base)
    if before is not None and before.manifest.get("recipe") == recipe and not before.verify():
        return
    now = request.now or datetime.now(UTC)
    name = _free_name(home, now)
    try:
        with home.staged(home.snapshots) as staged:
            _write(staged, name, now, list(assemble(parts, base)), parts, base, recipe)
            faults = check_snapshot(open_knowledge(staged))
            if faults:
                summary.faults += faults
                return
            home.publish(staged, name)
    except OSError as error:
        summary.faults.append(f"the disk refused ({error.strerror or error}); nothing was changed")
        return
    summary.snapshot, summary.changed = name, True
    summary.removed = home.prune(settings.keep)


def _recipe(
    specs: Mapping[str, SourceSpec], parts: Mapping[str, Part], base: KnowledgeBase
) -> dict[str, Any]:
    """What a snapshot is made of: equal recipes give equal tables."""
    curated = {
        path.name: sha256_file(path)
        for path in sorted((data_dir("knowledge") / "curated").glob("*.tsv"))
    }
    versions = {s: parser_of(specs[s]).PARSER_VERSION for s in parts if s in specs}
    digests = {source: part.digest for source, part in sorted(parts.items())}
    return {"parts": digests, "parsers": versions, "starter": base.sha256, "curated": curated}


def _free_name(home: Home, now: datetime) -> str:
    name = now.strftime("%Y-%m-%dT%H%M%SZ")
    taken, number = set(home.names()), 1
    while name in taken:
        number += 1
        name = f"{now.strftime('%Y-%m-%dT%H%M%SZ')}-{number}"
    return name


def _write(
    staged: Path,
    name: str,
    now: datetime,
    tables: Sequence[Built],
    parts: Mapping[str, Part],
    base: KnowledgeBase,
    recipe: Mapping[str, Any],
) -> None:
    """Every assembled table, then those of the starter that nothing replaced."""
    entries: dict[str, dict[str, Any]] = {}
    for built in tables:
        entries[built.name] = write_table(staged, built)
    for table in base.tables:
        # All transcripts of an older release would not fit new MANE models.
        if table in entries or (table == "transcripts_all" and "mane" in parts):
            continue
        entry = base.manifest["tables"][table]
        link_or_copy(base.path(table), staged / entry["file"])
        entries[table] = {**entry, "from": "starter"}
    if "from" in entries.get("chain_37_38", {}):
        link_or_copy(base.root / "chain_37_38.README.txt", staged / "chain_37_38.README.txt")
    used = {s: {"digest": p.digest, "rows": p.rows} for s, p in sorted(parts.items())}
    created = now.date().isoformat()
    write_manifest(staged, name, created, entries, parts=used, recipe=dict(recipe))
