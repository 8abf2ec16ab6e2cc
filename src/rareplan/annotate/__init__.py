"""See docs/architecture.md, package ``annotate``."""
