"""See docs/architecture.md, package ``filters``."""
