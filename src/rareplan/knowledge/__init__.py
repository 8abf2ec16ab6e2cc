"""See docs/architecture.md, package ``knowledge``."""
