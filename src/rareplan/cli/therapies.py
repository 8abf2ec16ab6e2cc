"""``rareplan therapies``: what can be done for a gene, by mechanism or variant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rareplan.cli.options import snapshot_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.therapy import Mechanism, MechanismCall, TherapyOption, TherapyPlan
    from rareplan.therapies.alleles import Allele

_EPILOG = """\b
Examples:
  rareplan therapies CPS1
  rareplan therapies SCN2A --mechanism gof
  rareplan therapies CPS1 --variant "p.(Gln335Ter)" --variant "p.(Glu714Ter)" --inheritance AR
  rareplan therapies SCN1A --mechanism lof --medicine Trileptal --age 3 --json

\b
A treatment is printed as an option only when it acts in the right direction for every
mechanism that is possible. "Would act the wrong way" means: do not.
"""


@click.command(epilog=_EPILOG)
@click.argument("gene")
@click.option("--mechanism", type=click.Choice(["lof", "gof", "dn"]), help="What the variant does.")
@click.option("--variant", "variants", multiple=True, metavar="HGVS", help="c. or p. name; repeat.")
@click.option(
    "--inheritance",
    type=click.Choice(["AD", "AR", "XL", "MT"]),
    help="Mode in this family  [default: of the gene's diseases]",
)
@click.option("--homozygous", is_flag=True, help="The variant is on both copies (or the only X).")
@click.option("--age", type=float, help="Age in years, for limits of labels.")
@click.option("--medicine", "medicines", multiple=True, help="What the patient takes now; repeat.")
@click.option("--all", "show_all", is_flag=True, help="Also unreviewed and mechanism-only rows.")
@click.option("--json", "as_json", is_flag=True, help="The whole plan as JSON.")
@snapshot_options
def therapies(
    gene: str,
    mechanism: str | None,
    variants: tuple[str, ...],
    inheritance: str | None,
    homozygous: bool,
    age: float | None,
    medicines: tuple[str, ...],
    show_all: bool,
    as_json: bool,
    kb: Path | None,
    config: Path | None,
) -> None:
    """Treatments of a gene, what would act the wrong way, and medicines to avoid."""
    from rareplan.config import load_settings
    from rareplan.knowledge.store import open_knowledge
    from rareplan.therapies.options import Patient
    from rareplan.therapies.plan import assemble

    settings = load_settings(config)
    snapshot = open_knowledge(kb)
    symbol = _symbol(gene, snapshot)
    mode = inheritance or _usual_mode(symbol, snapshot)
    alleles = _alleles(variants, homozygous=homozygous)
    call = _call(symbol, _chosen(mechanism), alleles, mode, snapshot)
    patient = Patient(tuple(alleles), age, frozenset(), mode == "AR")
    plan = assemble(symbol, call, patient, medicines, snapshot, settings)
    if as_json:
        click.echo(plan.model_dump_json(indent=2))
        return
    _show(plan, show_all=show_all)


def _symbol(given: str, kb: KnowledgeBase) -> str:
    """The current symbol.

    Raises:
        InputError: no such gene, or a name that several genes have.
    """
    from rareplan.errors import Fault, InputError
    from rareplan.knowledge.genes import genes
    from rareplan.knowledge.therapies import curated_therapies

    tables = curated_therapies(kb)
    name = given.strip()
    if name in tables.therapies or name in tables.cautions or name in tables.mechanisms:
        return name
    index = genes(kb)
    found = index.find(name)
    if found is not None:
        return found.symbol
    near = ", ".join(index.nearest(name))
    raise InputError(
        Fault("GENE", f"'{name}'", "one HGNC gene symbol", f"Near: {near}." if near else "")
    )


def _chosen(code: str | None) -> Mechanism | None:
    from rareplan.therapies.gate import MECHANISM_CODES

    return MECHANISM_CODES[code] if code else None


def _usual_mode(gene: str, kb: KnowledgeBase) -> str:
    """The mode that all diseases of the gene share, else nothing."""
    from rareplan.knowledge.therapies import curated_therapies

    rows = curated_therapies(kb).mechanisms.get(gene, ())
    modes = {mode for row in rows for mode in row.inheritance.split("/") if mode}
    return modes.pop() if len(modes) == 1 else ""


def _alleles(names: Sequence[str], *, homozygous: bool) -> list[Allele]:
    from rareplan.errors import Fault, InputError
    from rareplan.therapies.described import describe

    found = [(name, describe(name, copies=2 if homozygous else 1)) for name in names]
    faults = [
        Fault("--variant", f"'{name}'", "an HGVS c., p. or m. name", 'e.g. "p.(Arg328Gln)".')
        for name, allele in found
        if allele is None
    ]
    if faults:
        raise InputError(faults)
    return [allele for _, allele in found if allele is not None]


def _call(
    gene: str,
    mechanism: Mechanism | None,
    alleles: Sequence[Allele],
    mode: str,
    kb: KnowledgeBase,
) -> MechanismCall:
    from rareplan.knowledge.therapies import curated_therapies
    from rareplan.therapies.mechanism import assumed_call, call_mechanism

    tables = curated_therapies(kb)
    if not alleles:
        return assumed_call(gene, mechanism, tables)
    call = call_mechanism(gene, alleles, mode, tables)
    if mechanism is None:
        return call
    told = {"possible": (mechanism,), "reason": "as given on the command line"}
    return call.model_copy(update={**told, "would_tell_apart": ""})


def _show(plan: TherapyPlan, *, show_all: bool) -> None:
    call = plan.mechanism
    click.echo(f"{plan.gene}: {' or '.join(m.value for m in call.possible)}")
    click.echo(f"  {call.reason}")
    if call.would_tell_apart:
        click.echo(f"  what would tell them apart: {call.would_tell_apart}")
    options = [o for o in plan.options if show_all or (o.reviewed and o.tier != "X")]
    hidden = len(plan.options) - len(options)
    _block("What acts in the right direction", options)
    _block("Do not: would act the wrong way, or not at all", plan.wrong_way)
    _block("Not offered here: direction or requirement not settled", plan.below_line)
    if plan.cautions:
        click.echo("\nMedicines to avoid or adapt")
    for caution in plan.cautions:
        urgent = "URGENT, takes it now: " if caution.takes_now else ""
        click.echo(f"  {urgent}{caution.drug}: {caution.action} ({caution.reason})")
        if caution.context:
            click.echo(f"      {caution.context}")
    if any(caution.takes_now for caution in plan.cautions):
        click.echo("\n  Do not stop a medicine on your own; call the team today.")
    for result in plan.pgx:
        click.echo(f"\nPGx {result.gene} ({', '.join(result.drugs)}): {result.status}")
    if not (plan.options or plan.wrong_way or plan.below_line or plan.cautions):
        click.echo("\nNo curated treatment or caution is known for this gene.")
    if hidden:
        click.echo(f"\n{hidden} unreviewed or mechanism-only rows are not shown (--all).")


def _block(title: str, options: Sequence[TherapyOption]) -> None:
    if not options:
        return
    click.echo(f"\n{title}")
    for option in options:
        when = f"within {option.start_within}" if option.start_within != "years" else ""
        facts = [f"tier {option.tier}", when, ", ".join(option.approvals), option.disease]
        click.echo(f"  {option.intervention} ({'; '.join(f for f in facts if f)})")
        verdict = f"{option.gate.value}: " if option.gate.name != "RIGHT" else ""
        click.echo(f"      {verdict}{option.gate_reason}")
        for need in option.requirements:
            click.echo(f"      {need.name}: {need.verdict.value}; {need.text}")
        for label, text in (("limits", option.limits), ("danger", option.danger)):
            if text:
                click.echo(f"      {label}: {text}")
        if option.citations:
            click.echo(f"      source: {'; '.join(option.citations)}")
