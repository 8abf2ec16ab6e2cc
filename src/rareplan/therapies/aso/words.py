"""Reading of the free words that batch columns and case files hold. None: not said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.facts import Kind, Precedent, Rna, Strategy

_EMPTY = {"", ".", "-", "na", "n/a", "unknown", "not known", "nd", "not done", "?", "none given"}
_NO = re.compile(r"^(no|none|false|n|absent|not|undetect\w*|nil|without)\b|^0(\.0+)?%?$")
_YES = re.compile(r"^(yes|true|y|some|present|partial|residual|detect|leaky|reduced|low|weak)")


def plain(text: str | None) -> str:
    """Lower case, trimmed; empty for the usual ways of writing "nothing"."""
    value = (text or "").strip().lower().replace("_", " ")
    return "" if value in _EMPTY else value


def mechanism(text: str) -> tuple[Mechanism, bool, Kind | None]:  # noqa: PLR0911 - one return a branch of the tree
    """``(mechanism, copy-number gain, kind)`` of the mechanism column."""
    value = plain(text)
    if not value:
        return Mechanism.UNKNOWN, False, None
    if "multi" in value or "contiguous" in value:
        return Mechanism.UNKNOWN, "gain" in value, Kind.MULTI_GENE
    copies = "cnv" in value or "copy" in value or "dosage" in value
    if copies and ("gain" in value or "dup" in value):
        return Mechanism.UNKNOWN, True, Kind.GENE_GAIN
    if copies and ("loss" in value or "del" in value):
        return Mechanism.LOF, False, Kind.GENE_LOSS
    if "haploinsuff" in value or value == "hi":
        return Mechanism.HAPLOINSUFFICIENT, False, None
    if "dominant negative" in value or "dominant-negative" in value or value == "dn":
        return Mechanism.DOMINANT_NEGATIVE, False, None
    loss = re.search(r"\blof\b|loss|hypomorph|amorph|null", value)
    gain = re.search(r"\bgof\b|gain|toxic|hypermorph|neomorph", value)
    if loss and gain:
        return Mechanism.UNKNOWN, False, None
    if loss:
        return Mechanism.LOF, False, None
    if gain:
        return Mechanism.GOF, False, None
    return Mechanism.UNKNOWN, False, None


def not_understood(row: Mapping[str, str]) -> tuple[str, ...]:
    """Cells that say something which no reader here understands: nothing is dropped silently."""
    found = {
        "mechanism": mechanism(row["mechanism"]) != (Mechanism.UNKNOWN, False, None)
        or bool(re.search(r"unclear|complex|mixed|both|loss.*gain|gain.*loss", row["mechanism"])),
        "inheritance": bool(inheritance(row["inheritance"])),
        "classification": bool(classification(row.get("classification", ""))),
        "haploinsufficiency": haploinsufficiency(row.get("haploinsufficiency", ""))
        != (None, None, None)
        or "2" in row.get("haploinsufficiency", ""),
        "wt_transcript": yes_no(row.get("wt_transcript", "")) is not None,
    }
    return tuple(
        f"the {name} '{row[name].strip()}' is not understood and was not used"
        for name, understood in found.items()
        if not understood and plain(row.get(name, ""))
    )


def inheritance(text: str) -> str:  # noqa: PLR0911 - one return a branch of the tree
    """AD, AR, XLD, XLR, XL, MT, IMPRINTED or empty."""
    value = plain(text)
    x_linked = value.startswith("x") or "x-linked" in value or "x linked" in value
    if x_linked:
        if "dominant" in value or value.startswith("xld"):
            return "XLD"
        return "XLR" if "recessive" in value or value.startswith("xlr") else "XL"
    if "imprint" in value:
        return "IMPRINTED"
    if value.startswith(("mt", "mito", "maternal")):
        return "MT"
    if value.startswith("ad") or "dominant" in value:
        return "AD"
    if value.startswith(("ar", "biallelic")) or "recessive" in value:
        return "AR"
    if "de novo" in value or value.startswith("monoallelic"):
        return "AD"
    return ""


def classification(text: str) -> str:
    """P, LP, VUS, LB, B, or empty when not given."""
    value = plain(text)
    if not value:
        return ""
    if value in {"p", "lp", "vus", "lb", "b"}:
        return value.upper()
    if "uncertain" in value or "vus" in value or "conflict" in value or value in {"3", "class 3"}:
        return "VUS"
    if "benign" in value:
        return "LB" if "likely" in value else "B"
    if "pathogenic" in value:
        return "LP" if value.startswith("likely") else "P"
    return {"5": "P", "class 5": "P", "4": "LP", "class 4": "LP"}.get(value, "")


def rna(text: str) -> Rna:
    """The kind of RNA evidence. A minigene or a prediction is never more than that."""
    value = plain(text)
    if not value or _NO.match(value):
        return Rna.NONE
    from_person = re.search(
        r"patient|proband|affected|rna-?seq|fibroblast|blood|muscle|biops|lymph|ipsc|cdna|"
        r"rt-?pcr|qpcr|northern|transcriptome",
        value,
    )
    if re.search(r"mini-?\s?gene|midi-?\s?gene|splicing reporter", value):
        alone = not re.search(r"patient|proband|rna-?seq|fibroblast|blood|ipsc", value)
        return Rna.MINIGENE if alone else Rna.PATIENT
    predicted = re.search(r"predict|silico|spliceai|maxent|pangolin|score|comput", value)
    if predicted and not from_person:
        return Rna.PREDICTION
    if re.search(r"literature|published|other (patient|case|famil)|reported", value):
        return Rna.OTHER_PATIENT
    if from_person or re.match(r"yes|true|y$|confirmed|shown|rna|sufficient|functional", value):
        return Rna.PATIENT
    return Rna.PREDICTION if predicted else Rna.NONE


def branch_point(text: str) -> bool | None:
    """Whether words say that the branch point is intact or not."""
    value = plain(text)
    found = re.search(r"branch[ -]?point|canonical (splice )?site", value)
    if not found:
        return None
    if re.search(r"not (shown )?(intact|weaken)|unknown", value):
        return None if "weaken" not in value else True
    if re.search(r"intact|unaffected|preserved|not affected|spared", value):
        return True
    return False if re.search(r"weak|destroy|disrupt|lost|loss|affect", value) else None


def harmless(text: str) -> bool | None:
    """Whether words say that the amino-acid change alone is harmless."""
    value = plain(text)
    if re.search(r"(change|missense|amino acid|protein)[^;,.]*(harmless|benign|tolerated)", value):
        return True
    if re.search(
        r"(change|missense|amino acid)[^;,.]*(pathogenic|damaging|deleterious|harmful)", value
    ):
        return False
    return None


def yes_no(text: str) -> bool | None:
    """A share, or yes and no in their usual forms."""
    value = plain(text)
    if not value:
        return None
    if _NO.match(value) or value in {"destroyed", "lost"}:
        return False
    number = re.match(r"^[<~>]?\s*(\d+(?:\.\d+)?)\s*%?$", value)
    if number:
        return float(number.group(1)) > 0
    return True if _YES.match(value) or "%" in value else None


def haploinsufficiency(text: str) -> tuple[bool | None, bool | None, bool | None]:  # noqa: PLR0911 - one return a branch of the tree
    """``(haploinsufficient, recessive loss-of-function disease, dosage regulated)``."""
    value = plain(text)
    if not value:
        return None, None, None
    if "tightly" in value or "dosage regulated" in value or "dosage-regulated" in value:
        return True, None, True
    scores = constraint_words(value)
    score = re.search(r"(?:^|score\s*|hi\s*[=:]?\s*|clingen\D{0,12})(40|30|[0-3])\b", value)
    if score and scores is None:
        number = int(score.group(1))
        if number == 3:
            return True, None, None
        return (None if number == 2 else False), (True if number == 30 else None), None
    if scores is not None:
        return scores, None, None
    recessive = True if "recessive" in value else None
    if re.search(r"\bno\b|\bnot\b|unlikely|toleran|tolerated|false|insensitive|no evidence", value):
        return False, recessive, None
    if re.match(r"y|true|hi\b|haplo|sufficient|established|known|dosage sensitive", value):
        return True, recessive, None
    return (False if recessive else None), recessive, None


def constraint_words(value: str, pli_at: float = 0.9, loeuf_below: float = 0.6) -> bool | None:
    """Both ``pLI`` and ``LOEUF`` in words: haploinsufficient by the guideline's cut-offs."""
    pli = re.search(r"pli\s*[=:]?\s*(\d*\.?\d+)", value)
    loeuf = re.search(r"loeuf\s*[=:]?\s*(\d*\.?\d+)", value)
    if not pli or not loeuf:
        return None
    return float(pli.group(1)) >= pli_at and float(loeuf.group(1)) < loeuf_below


_STRATEGY_WORDS = {
    Strategy.SPLICE: r"splice|correct|pseudo|cryptic|inclusion",
    Strategy.SKIP: r"skip",
    Strategy.KNOCKDOWN: r"knock|gapmer|sirna|silenc|downreg|lowering",
    Strategy.UPREGULATION: r"upreg|tango|poison|nat\b|uorf",
}


def strategy(text: str) -> Strategy | None:
    """The strategy that words name; skipping of a pseudoexon is splice correction."""
    value = plain(text)
    order = [Strategy.UPREGULATION, Strategy.KNOCKDOWN, Strategy.SPLICE, Strategy.SKIP]
    if "skip" in value and "pseudo" not in value:
        order = [Strategy.SKIP, *order]
    return next((s for s in order if re.search(_STRATEGY_WORDS[s], value)), None)


def known_antisense(gene: str, name: str, text: str, default: Strategy) -> tuple[Precedent, ...]:
    """The ``known_aso`` column as precedents of this variant. Empty: nothing was said."""
    value = plain(text)
    if not value or _NO.match(value):
        return ()
    chosen = strategy(text) or default

    def row(status: str, note: str) -> Precedent:
        return Precedent(
            gene=gene,
            level="variant",
            key=name,
            strategy=chosen,
            status=status,
            agent=text.strip(),
            note=note,
            source="given with the variant",
            reviewed=True,
        )

    failures = re.search(r"fail|ineffective|no (effect|rescue)|did not (work|rescue)", value)
    if failures:
        several = re.search(r"\b(two|2|three|3|twice|several|independent|both)\b", value)
        return tuple(row("failed", f"failure {n}, as given") for n in range(1, 3 if several else 2))
    status = "clinical" if re.search(r"clinic|approv|phase|trial|licen", value) else "working"
    return (row(status, "as given with the variant"),)
