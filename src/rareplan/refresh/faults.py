"""What can go wrong with one source. Never stops the others."""

from __future__ import annotations

from rareplan.errors import KnowledgeError


class SourceError(KnowledgeError):
    """A source's file is not what its documentation says: it is left at its last good state."""
