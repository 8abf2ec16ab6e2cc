"""See docs/architecture.md, package ``cli``."""
