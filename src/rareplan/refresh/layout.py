"""Where refreshed knowledge lives on disk, and how a new snapshot takes the old one's place.

::

    home/downloads/<source>/      files as fetched, with their state
    home/parts/<source>/<digest>/ tables of one source, immutable
    home/snapshots/<name>/        whole snapshots, immutable
    home/current -> snapshots/<name>
    home/lock

``current`` is a symbolic link that is replaced in one step (rename), so that a reader sees the
old snapshot or the new one, never a mixture. Whatever a crash leaves is hidden (``.tmp-*``) and
swept by the next run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import KnowledgeError
from rareplan.knowledge.store import MANIFEST, KnowledgeBase, open_knowledge, user_dir

_TEMPORARY = ".tmp-"


@dataclass(frozen=True)
class Home:
    """The folder of one user's (or one site's) knowledge."""

    root: Path

    @classmethod
    def default(cls) -> Home:
        """``$RAREPLAN_HOME/knowledge`` or the user's data folder."""
        return cls(user_dir())

    @property
    def downloads(self) -> Path:
        """Fetched files by source."""
        return self.root / "downloads"

    @property
    def parts(self) -> Path:
        """Parsed tables by source and digest."""
        return self.root / "parts"

    @property
    def snapshots(self) -> Path:
        """Whole snapshots."""
        return self.root / "snapshots"

    @property
    def current(self) -> Path:
        """The link to the snapshot in use."""
        return self.root / "current"

    @property
    def history(self) -> Path:
        """Order in which snapshots were in use, oldest first: one name a line."""
        return self.root / "history"

    def names(self) -> list[str]:
        """Snapshots on disk, oldest first (names begin with the time of building)."""
        if not self.snapshots.is_dir():
            return []
        found = (p for p in self.snapshots.iterdir() if (p / MANIFEST).is_file())
        return sorted(p.name for p in found if not p.name.startswith(_TEMPORARY))

    def in_use(self) -> str:
        """Name of the snapshot in use; empty when none was ever built."""
        return self.current.resolve().name if self.current.is_symlink() else ""

    def open_current(self) -> KnowledgeBase | None:
        """The snapshot in use, or None."""
        return open_knowledge(self.current) if (self.current / MANIFEST).is_file() else None

    def open(self, name: str) -> KnowledgeBase:
        """A snapshot by name, by folder, or ``starter``.

        Raises:
            KnowledgeError: there is none of that name.
        """
        from rareplan.provenance import data_dir

        if name == "starter":
            return open_knowledge(data_dir("knowledge") / "starter")
        if name == "current":
            return open_knowledge(self.current)
        if (self.snapshots / name / MANIFEST).is_file():
            return open_knowledge(self.snapshots / name)
        if (Path(name) / MANIFEST).is_file():
            return open_knowledge(Path(name))
        known = ", ".join(("starter", *self.names()))
        raise KnowledgeError(f"there is no snapshot '{name}'; these are here: {known}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; the system frees it when the process ends, however it ends.

        Raises:
            KnowledgeError: another refresh is running.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise KnowledgeError(
                    f"another refresh is using {self.root}; wait for it to end"
                ) from error
            yield

    def sweep(self) -> int:
        """Remove what a crashed run left behind; the number of things removed."""
        found = 0
        for folder in (self.root, self.snapshots, *self.parts.glob("*")):
            for left in folder.glob(f"{_TEMPORARY}*") if folder.is_dir() else ():
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
                found += 1
        return found

    @contextmanager
    def staged(self, folder: Path) -> Iterator[Path]:
        """A hidden folder beside the final ones; removed unless it was renamed away."""
        folder.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
        try:
            yield staged
        finally:
            if staged.exists():
                shutil.rmtree(staged, ignore_errors=True)

    def publish(self, staged: Path, name: str) -> None:
        """Make a finished folder the snapshot in use."""
        staged.chmod(0o755)
        staged.rename(self.snapshots / name)
        _sync_folder(self.snapshots)
        self.use(name)

    def use(self, name: str) -> None:
        """Point ``current`` at a snapshot in one step."""
        link = self.root / f"{_TEMPORARY}current"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / name)
        link.replace(self.current)
        _sync_folder(self.root)
        with self.history.open("a", encoding="utf-8") as handle:
            handle.write(f"{name}\n")

    def rollback(self, name: str = "") -> str:
        """Use the snapshot before the one in use, or the named one; its name.

        Raises:
            KnowledgeError: there is none, or it is damaged.
        """
        now, names = self.in_use(), self.names()
        earlier = [n for n in names if n < now] if now else names
        target = name or (earlier[-1] if earlier else "")
        if not target or target not in names:
            raise KnowledgeError(
                f"there is no snapshot to go back to; on disk: {', '.join(names) or 'none'}"
            )
        faults = open_knowledge(self.snapshots / target).verify()
        if faults:
            raise KnowledgeError(f"snapshot '{target}' is damaged: {'; '.join(faults)}")
        self.use(target)
        return target

    def prune(self, keep: int) -> list[str]:
        """Remove the oldest snapshots beyond ``keep`` previous ones, and parts no one uses."""
        names = [n for n in self.names() if n != self.in_use()]
        gone = names[: max(len(names) - keep, 0)]
        for name in gone:
            shutil.rmtree(self.snapshots / name)
        used = {
            (source, part["digest"])
            for name in self.names()
            for source, part in open_knowledge(self.snapshots / name)
            .manifest.get("parts", {})
            .items()
        }
        for folder in self.parts.glob("*/*"):
            if (folder.parent.name, folder.name) not in used:
                shutil.rmtree(folder, ignore_errors=True)
        return gone


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
