"""Spark's failures in words: a record that Hail cannot read is the file's fault, all else ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rareplan.engines.hail.session import Session
from rareplan.errors import Fault, InputError, InternalError

_CAUSE = re.compile(r"^.*?(?:HailException|VCFParseError)[^:\n]*:\s*(.+)$", re.MULTILINE)
_OF_THE_FILE = ("VCFParseError", "while parsing line", "Invalid locus", "invalid variant")


@contextmanager
def spark_faults(session: Session) -> Iterator[None]:
    """Turn what Hail and Spark throw into one line for the user.

    Raises:
        InputError: a line of the VCF cannot be parsed.
        InternalError: anything else that Spark says.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    kinds: tuple[Any, ...] = (session.hl.utils.java.FatalError, Py4JError, PySparkException)
    try:
        yield
    except kinds as error:
        raise _fault(str(error), session) from error


def _fault(text: str, session: Session) -> InputError | InternalError:
    cause = _CAUSE.search(text)
    first = cause[1] if cause else next(iter(text.strip().splitlines()), "no message")
    first = first.strip()[:200]
    if any(word in text for word in _OF_THE_FILE):
        return InputError(
            Fault(
                "VCF",
                f"a line that Hail cannot parse ({first})",
                "VCF records",
                "Mend the line, or use --engine local for its record number.",
            )
        )
    return InternalError(f"Spark failed: {first}. The log was in {session.log.name}.")
