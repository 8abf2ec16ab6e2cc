"""See docs/architecture.md, package ``prioritise``."""
