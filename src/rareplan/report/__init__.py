"""See docs/architecture.md, package ``report``."""
