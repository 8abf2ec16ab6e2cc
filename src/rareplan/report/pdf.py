"""HTML to PDF through WeasyPrint (the ``pdf`` extra). Nothing is fetched while rendering."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Any, NoReturn


def available() -> bool:
    """Whether WeasyPrint is installed."""
    return find_spec("weasyprint") is not None


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    message = f"a report tried to load {url}; reports are self-contained"
    raise ValueError(message)


def pdf_bytes(html: str) -> bytes:
    """A tagged PDF of a self-contained page; the same page gives the same bytes."""
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    page = weasyprint.HTML(string=html, url_fetcher=_refuse)
    pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return pdf
