"""HTML to PDF through WeasyPrint (the ``pdf`` extra). Nothing is fetched while rendering."""

from __future__ import annotations

import logging
from importlib.util import find_spec


def available() -> bool:
    """Whether WeasyPrint is installed."""
    return find_spec("weasyprint") is not None


def pdf_bytes(html: str) -> bytes:
    """A tagged PDF of a self-contained page; the same page gives the same bytes.

    A page that asks for a file or an address is rendered without it.
    """
    import weasyprint
    from weasyprint.urls import URLFetcher

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    closed = URLFetcher(allowed_protocols=("data",))
    pdf: bytes = weasyprint.HTML(string=html, url_fetcher=closed).write_pdf(pdf_variant="pdf/ua-1")
    return pdf
