"""See docs/architecture.md, package ``engines``."""
