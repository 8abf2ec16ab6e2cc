"""Spiked exomes: how often the causal gene comes first, and whether the probabilities are true.

    python scripts/bench/spiked.py --half report --check 20 \
        --shared ../shared/data [--plot docs/benchmarks/evidence-reliability.svg]

Each published NS case's causal variants go into a real exome lifted to GRCh38 (two exomes in
turn; their own spiked records left out), with simulated frequencies (``tags``: an allele with an
rs id is common, any other absent) and without any (``starter``). The control of a case is the
same exome without the spike and with the same patient's terms.

The exome is filtered, annotated and segregated once by the local engine; for a case only the
genes that the spike touches are weighed again, and the posterior is normalised. ``--check N``
runs N cases through files and the whole engine and states the largest difference.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from spiked_data import (
    BACKGROUNDS,
    Published,
    Spike,
    lifted_records,
    published_cases,
    write_vcf,
)
from spiked_figures import Outcome, plot, summary

from rareplan.config import Settings, load_settings
from rareplan.engines.local import run
from rareplan.engines.survivors import segregate_all
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.model.case import Case, PhenotypeTerm
from rareplan.model.genome import Assembly
from rareplan.model.inheritance import Mode, Segregation
from rareplan.model.pedigree import Affection, Pedigree, Person
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.background import Background
from rareplan.prioritise.gene_index import gene_index
from rareplan.prioritise.hypotheses import Weighed, background_of, kinds_of, weigh_all
from rareplan.prioritise.phenotype import PhenotypeRanker
from rareplan.prioritise.posterior import (
    JointPhenotype,
    disease_prior,
    gene_yield,
    joint_phenotype,
    none_weight,
)
from rareplan.prioritise.rank import rank_candidates, rank_phenotypes
from rareplan.prioritise.weigh import mode_fit

_SHARED_FACTORS = {"prior", "gene yield", "phenotype", "inheritance", "visible"}


def case_of(vcf: Path, published: Published | None) -> Case:
    """A single patient of unknown sex, as ``analyze VCF --hpo TERMS`` would make it."""
    person = Person("PATIENT", "PATIENT", affection=Affection.AFFECTED)
    terms: tuple[PhenotypeTerm, ...] = ()
    if published:
        terms = tuple(PhenotypeTerm(t, t) for t in published.observed)
        terms += tuple(PhenotypeTerm(t, t, excluded=True) for t in published.excluded)
    pedigree = Pedigree("PATIENT", (person,), frozenset({"PATIENT"}))
    return Case((vcf,), Assembly.GRCH38, pedigree, terms)


@dataclass
class Exome:
    """A background: its survivors, and the variant part of every hypothesis' weight."""

    variants: list[AnnotatedVariant]
    kinds: dict
    background: Background
    by_gene: dict[str, list[int]]
    keys: list[tuple[str, Mode]]
    log_variant: np.ndarray
    row: np.ndarray
    disease: np.ndarray
    fit: np.ndarray
    gene_yield: np.ndarray
    rows_of_gene: dict[str, list[int]]


def _uniform(ranking: object) -> JointPhenotype:
    count = len(ranking.ids)  # type: ignore[attr-defined]
    return JointPhenotype(ranking, np.full(count, 1.0 / count), 0.0)  # type: ignore[arg-type]


class Bench:
    """Everything that the cases share."""

    def __init__(self, shared: Path, work: Path, settings: Settings) -> None:
        self.settings, self.work = settings, work
        self.kb: KnowledgeBase = open_knowledge()
        self.index = gene_index(self.kb)
        self.ranker = PhenotypeRanker.from_knowledge(self.kb)
        self.cases = published_cases(shared / "phenopackets" / "cases_tune.tsv.xz")
        self.records = {
            name: lifted_records(shared / "vcf" / f"{name}.vcf.gz", skip, self.kb)
            for name, skip in BACKGROUNDS.items()
        }

    def survivors(self, name: str, records: list, spikes: list[Spike], *, tags: bool) -> tuple:
        """Run the engine on written records; survivors and segregations."""
        path = self.work / f"{name}.vcf"
        write_vcf(path, records, spikes, tags=tags)
        found = run(case_of(path, None), self.kb, self.settings)
        return list(found.variants), list(found.segregations)

    def exome(self, name: str, *, tags: bool) -> Exome:
        """Weigh a background once, with a flat phenotype; only the variant part is kept."""
        variants, segregations = self.survivors(name, self.records[name], [], tags=tags)
        s = self.settings.posterior
        case = case_of(Path("none"), None)
        kinds = kinds_of(variants, case, s)
        background = background_of(kinds, self.index.total_cds, s)
        flat = _uniform(self.ranker.rank([]))
        weighed = weigh_all(
            variants, segregations, kinds, background, flat, self.index, lambda *_: (0, "")
        )
        by_gene: defaultdict[str, list[int]] = defaultdict(list)
        for place, gene in kinds:
            by_gene[gene].append(place)
        rows, diseases, fits = [], [], []
        rows_of_gene: defaultdict[str, list[int]] = defaultdict(list)
        for row, w in enumerate(weighed):
            gene = self.index.get(w.segregation.gene)
            rows_of_gene[gene.gene].append(row)
            for disease in gene.diseases:
                place = flat.ranking.index_of(disease.id)
                if place is not None:
                    rows.append(row)
                    diseases.append(place)
                    fits.append(mode_fit(w.segregation.mode, disease, s))
        return Exome(
            variants, kinds, background, by_gene,
            [(w.segregation.gene, w.segregation.mode) for w in weighed],
            np.array([_variant_part(w) for w in weighed]), np.array(rows), np.array(diseases),
            np.array(fits),
            np.array([gene_yield(self.index.get(w.segregation.gene), s) for w in weighed]),
            rows_of_gene,
        )  # fmt: skip

    def spiked_variants(self, *, tags: bool) -> dict[Spike, AnnotatedVariant]:
        """Every spike annotated once (heterozygous; the genotype is set case by case)."""
        spikes = sorted({replace(s, genotype="0/1") for c in self.cases for s in c.spikes},
                        key=lambda s: (s.contig, s.pos, s.ref, s.alt))  # fmt: skip
        variants, _ = self.survivors("spikes", [], spikes, tags=tags)
        return {spikes[v.record]: v for v in variants}

    def phenotype(self, case: Published) -> JointPhenotype:
        """Joint phenotype posterior of a case's terms."""
        ranking = self.ranker.rank(list(case.observed), list(case.excluded))
        return joint_phenotype(ranking, self.settings.posterior)


def _variant_part(weighed: Weighed) -> float:
    return math.fsum(f.log_lr for f in weighed.factors if f.name not in _SHARED_FACTORS)


def weigh_spiked(
    bench: Bench, exome: Exome, spiked: list[AnnotatedVariant], phenotype: JointPhenotype
) -> list[Weighed]:
    """Hypotheses of the genes that the spiked variants touch, background variants included."""
    s = bench.settings.posterior
    case = case_of(Path("none"), None)
    own = kinds_of(spiked, case, s)
    genes = sorted({gene for _, gene in own})
    chosen = sorted({i for gene in genes for i in exome.by_gene.get(gene, ())})
    variants = [exome.variants[i] for i in chosen] + spiked
    kinds = {
        (place, gene): exome.kinds[i, gene]
        for place, i in enumerate(chosen)
        for gene in genes
        if (i, gene) in exome.kinds
    }
    kinds |= {(place + len(chosen), gene): kind for (place, gene), kind in own.items()}
    names = [[g for g in genes if (place, g) in kinds] for place in range(len(variants))]
    segregations: list[Segregation]
    segregations, _ = segregate_all(variants, names, case, bench.settings, frozenset())
    background = _with(exome.background, own)
    return weigh_all(
        variants, segregations, kinds, background, phenotype, bench.index, lambda *_: (0, "")
    )


def _with(background: Background, own: dict) -> Background:
    """A background that counts the spiked variants too, as a real run would."""
    more = Background((), background.total, background.settings)
    more.kinds = background.kinds + Counter(own.values())
    more.by_gene = background.by_gene + Counter(gene for _, gene in own)
    more.all = background.all + len(own)
    more.frequencies_known = background.frequencies_known
    return more


def judge(
    bench: Bench, exome: Exome, case: Published, spiked: list[AnnotatedVariant]
) -> tuple[Outcome, Outcome]:
    """Outcome of the spiked exome and of its control."""
    phenotype = bench.phenotype(case)
    s = bench.settings.posterior
    miss = exome.background.miss
    mass = np.bincount(
        exome.row, phenotype.posterior[exome.disease] * exome.fit, minlength=len(exome.keys)
    )
    weights = mass * exome.gene_yield * (1.0 - miss) * np.exp(exome.log_variant)
    none = sum(none_weight(phenotype, disease_prior(bench.kb, phenotype.ranking, s), miss))
    control = _outcome(case, exome, weights, [], none)
    found = weigh_spiked(bench, exome, spiked, phenotype) if spiked else []
    weights = weights.copy()
    for gene in {w.segregation.gene for w in found}:
        weights[exome.rows_of_gene.get(gene, [])] = 0.0
    return _outcome(case, exome, weights, found, none), control


def _outcome(
    case: Published, exome: Exome, weights: np.ndarray, found: list[Weighed], none: float
) -> Outcome:
    total = float(weights.sum()) + math.fsum(math.exp(w.log_weight) for w in found) + none
    best: dict[str, float] = {}
    for (gene, _), weight in zip(exome.keys, weights.tolist(), strict=True):
        best[gene] = max(best.get(gene, 0.0), weight)
    for w in found:
        gene = w.segregation.gene
        best[gene] = max(best.get(gene, 0.0), math.exp(w.log_weight))
    order = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    names = [gene for gene, weight in order if weight > 0.0]
    spiked = {w.segregation.gene for w in found}
    rank = names.index(case.gene) + 1 if case.gene in names and case.gene in spiked else 0
    top = order[0][1] / total if order else 0.0
    return Outcome(case.id, case.comp, case.evaluable, rank, top, none / total)


def spikes_of(case: Published, annotated: dict[Spike, AnnotatedVariant]) -> list[AnnotatedVariant]:
    """A case's causal variants with its genotypes; those the filters stop are missing."""
    found = []
    for spike in case.spikes:
        variant = annotated.get(replace(spike, genotype="0/1"))
        if variant is not None:
            call = variant.genotypes["PATIENT"]
            haplotypes = tuple(int(h) for h in spike.genotype.split("/"))
            found.append(
                replace(variant, genotypes={"PATIENT": call._replace(haplotypes=haplotypes)})
            )
    return found


def whole(bench: Bench, case: Published, name: str, *, tags: bool) -> float:
    """Top probability of a case through files, engine and ``rank_candidates``."""
    path = bench.work / "whole.vcf"
    write_vcf(path, bench.records[name], list(case.spikes), tags=tags)
    given = case_of(path, case)
    found = run(given, bench.kb, bench.settings)
    phenotype = rank_phenotypes(given, bench.kb, bench.settings)
    ranked = rank_candidates(
        given, found.variants, found.segregations, phenotype, bench.kb, bench.settings
    )
    return ranked.candidates[0].probability


def main() -> None:
    """Run both settings on one half and print the figures as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--check", type=int, default=0, help="cases to run through whole files")
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    settings = load_settings(args.config)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args.shared, Path(folder), settings)
        plots = {}
        for tags in (True, False):
            label = "simulated frequencies" if tags else "starter alone"
            annotated = bench.spiked_variants(tags=tags)
            exomes = [(name, bench.exome(name, tags=tags)) for name in BACKGROUNDS]
            chosen = [c for c in bench.cases if c.half == args.half]
            outcomes, controls, worst = [], [], 0.0
            every = max(1, len(chosen) // args.check) if args.check else 0
            for number, case in enumerate(chosen):
                name, exome = exomes[number % len(exomes)]
                outcome, control = judge(bench, exome, case, spikes_of(case, annotated))
                outcomes.append(outcome)
                controls.append(control)
                if every and number % every == 0:
                    worst = max(worst, abs(whole(bench, case, name, tags=tags) - outcome.top))
            print(summary(f"{label}, {args.half} half", outcomes, controls))
            if every:
                print(f"largest difference to the whole pipeline: {worst:.2g}\n", flush=True)
            plots[label] = (outcomes, controls)
        if args.plot:
            args.plot.write_text(plot(plots), "utf-8")


if __name__ == "__main__":
    main()
