"""Read-only access to a knowledge snapshot."""

from rareplan.knowledge.store import KnowledgeBase, open_knowledge

__all__ = ["KnowledgeBase", "open_knowledge"]
