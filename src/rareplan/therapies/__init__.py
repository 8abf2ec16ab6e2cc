"""See docs/architecture.md, package ``therapies``."""
