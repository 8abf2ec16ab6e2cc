"""See docs/architecture.md, package ``refresh``."""
