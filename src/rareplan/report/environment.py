"""The template engine: autoescape on, undefined names are errors, hostile characters dropped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rareplan.provenance import data_dir
from rareplan.report import text


@cache
def environment() -> Environment:
    """One environment for every template in ``templates/``."""
    env = Environment(
        loader=FileSystemLoader(data_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=text.clean,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["age"] = text.age_text
    env.filters["disease"] = text.natural_name
    env.filters["sentence"] = text.sentence
    env.filters["percent"] = text.percent
    env.filters["frequency"] = text.frequency
    env.filters["plain"] = text.plain
    env.filters["one_line"] = text.one_line
    env.tests["http"] = lambda url: str(url).startswith(("https://", "http://"))
    return env


def render(template: str, **context: object) -> str:
    """A template filled in; lines never end in spaces."""
    html = environment().get_template(template).render(**context)
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
