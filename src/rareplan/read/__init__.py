"""See docs/architecture.md, package ``read``."""
