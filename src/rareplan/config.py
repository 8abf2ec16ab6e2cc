"""Settings: one commented TOML, loaded once into a frozen model, passed as an argument."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from rareplan.errors import Fault, InputError


class Section(BaseModel):
    """A frozen part of the settings that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Quality(Section):
    """Genotype quality thresholds. Depths in reads, balances as fractions."""

    min_gq: float
    min_dp: float
    min_dp_haploid: float
    min_ab: float
    max_ab: float
    min_ab_hom: float
    require_pass: bool


class RarityTags(Section):
    """Names of INFO fields that hold population frequencies."""

    grpmax: tuple[str, ...]
    total: tuple[str, ...]
    homozygotes: tuple[str, ...]
    fallback_total: tuple[str, ...]


class Rarity(Section):
    """Highest credible allele frequency by mode, as fractions."""

    ad: float
    ar_homozygous: float
    ar_compound: float
    xl: float
    mt: float
    max_homozygotes_ad: int
    max_homozygotes_ar: int
    tags: RarityTags


class Region(Section):
    """Which part of a gene is looked at."""

    splice_region: int
    clinvar_rescue: bool


class Posterior(Section):
    """The case posterior: shares and probabilities as fractions, counts an exome."""

    miss: float
    miss_without_frequencies: float
    not_in_catalogue: float
    phenotype_weight: float
    variant_weight: float
    homozygous: float
    gene_yield: float
    mode_mismatch: float
    mode_unknown: float
    manifesting_carrier: float
    ultra_rare_af: float
    shortest_gene: int
    gene_shape: float
    homozygous_share: float
    unfiltered: float
    close_pair: int
    close_pair_in_trans: float
    pair_clustering: float
    hot_enrichment: float
    null_depletion: float
    gene_kind_weight: float
    carried_recessive: float
    carried_homozygous: float
    carried_dominant: float
    de_novo_per_exome: float
    written_candidates: int
    causal: dict[str, float]
    exome_counts: dict[str, float]
    causal_frequency: dict[str, float]


class Antisense(Section):
    """Cut-offs of the antisense rules, where versions of the guideline differ."""

    guideline_version: str
    minigene_counts: bool
    splice_site_not: int
    canonical_site: int
    exonic_unlikely: int
    intron_donor_near: int
    intron_acceptor_near: int
    cds_share: float
    missense_excess: int
    exon_length_warning: int
    nmd_penultimate_nt: int
    pli_haploinsufficient: float
    loeuf_haploinsufficient: float
    failures_needed: int
    splice_site_counts_as_exon_loss: bool
    splice_score_suggests: float
    clinvar_stars: int


class Replacement(Section):
    """Packaging limits of adeno-associated virus, in bases."""

    aav_capacity: int
    aav_overhead: int
    dual_aav_cds: int


class Editing(Section):
    """Windows and size limits of editors, in bases."""

    window_start: int
    window_end: int
    protospacer: int
    prime_max_insertion: int
    prime_max_deletion: int


class TrialSettings(Section):
    """How the trials client behaves: seconds, bytes and counts."""

    base_url: str
    seconds_between_requests: float
    connect_timeout: float
    read_timeout: float
    retries: int
    backoff: float
    max_backoff: float
    max_bytes: int
    page_size: int
    max_pages: int
    max_names: int


class Therapies(Section):
    """Curated treatments: when a review is stale, when a phenotype supports a disease."""

    stale_months: int
    disease_posterior: float


class Care(Section):
    """For which candidates a plan is made."""

    min_probability: float
    max_candidates: int


class ConsequenceRule(Section):
    """Sequence Ontology terms that are kept, and scores that rescue others."""

    keep: tuple[str, ...]
    keep_rna: tuple[str, ...]
    rna_biotypes: tuple[str, ...]
    min_spliceai: float


class SegregationLimits(Section):
    """Heteroplasmy as a fraction of reads; pairs are compound heterozygous candidates."""

    mt_min_heteroplasmy: float
    mt_threshold: float
    max_pairs_per_gene: int
    min_deletion: int


class DeNovo(Section):
    """Evidence for a new variant. Reads are counts, balances fractions, qualities phred."""

    min_child_gq: float
    min_child_dp: float
    min_child_ab: float
    min_parent_gq: float
    min_parent_dp: float
    max_parent_alt_reads: int
    max_parent_alt_share: float
    mosaic_min_reads: int
    mosaic_max_share: float


class SampleQc(Section):
    """Checks of the samples before anything is interpreted. Rates are fractions."""

    min_sites: int
    min_x_sites: int
    male_max_x_het: float
    female_min_x_het: float
    min_parent_kinship: float
    max_duplicate_kinship: float
    max_parent_opposite: float
    max_mendel_errors: float
    max_missing: float
    exome_titv: tuple[float, float]
    genome_titv: tuple[float, float]
    het_hom: tuple[float, float]
    max_hom_ref_reads: float
    max_parents_kinship: float


class Acmg(Section):
    """Thresholds of the ACMG/AMP criteria. Frequencies are fractions."""

    ba1: float
    bs1_ad: float
    bs1_ar: float
    bs1_xl: float
    bs2_homozygotes_ad: int
    bs2_homozygotes_ar: int
    pm2_ad: float
    pm2_ar: float
    pm1_window: int
    pm1_count: int
    pm1_fold: float
    pp2_mis_z: float
    pp2_missense_share: float
    bp1_null_share: float
    mechanism_rows: int
    pp4_posterior: float
    consistent_posterior: float


class RefreshSettings(Section):
    """How knowledge is fetched and kept: seconds, counts, fractions."""

    connect_timeout: float
    read_timeout: float
    retries: int
    backoff: float
    max_backoff: float
    max_drift: float
    keep: int
    max_trial_queries: int
    stale_factor: float


class Cohort(Section):
    """Many families: how much Spark judges at a time, and what stands out. Rates are fractions."""

    judged_rows: int
    judged_families: int
    likely: float
    outlier_mads: float
    outlier_samples: int
    least_mad: float


class ReanalysisSettings(Section):
    """When new knowledge about a stored case is worth an alert; probabilities as fractions."""

    alerts_a_year: int
    min_probability: float
    min_gain: float


class Settings(Section):
    """All thresholds. Each stage gets the section it needs."""

    quality: Quality
    rarity: Rarity
    region: Region
    consequence: ConsequenceRule
    segregation: SegregationLimits
    de_novo: DeNovo
    sample_qc: SampleQc
    posterior: Posterior
    acmg: Acmg
    antisense: Antisense
    replacement: Replacement
    editing: Editing
    trials: TrialSettings
    care: Care
    therapies: Therapies
    refresh: RefreshSettings
    reanalysis: ReanalysisSettings
    cohort: Cohort


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _merge(old, value) if both else value  # type: ignore[arg-type]
    return merged


def load_settings(path: Path | None = None) -> Settings:
    """Built-in settings, overlaid with the user's file where one is given.

    Raises:
        InputError: the file is missing, not TOML, or has unknown keys or wrong types;
            every such fault is listed.
    """
    defaults = tomllib.loads(files("rareplan").joinpath("defaults.toml").read_text("utf-8"))
    if path is None:
        return Settings.model_validate(defaults)
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            Fault(
                path.name, f"no readable file ({error.strerror})", "a TOML file", "Check --config."
            )
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            Fault(path.name, f"text that is not TOML ({error})", "TOML", "Mend the file.")
        ) from error
    try:
        return Settings.model_validate(_merge(defaults, given))
    except ValidationError as error:
        raise InputError(
            Fault(
                f"{path.name}: {'.'.join(map(str, item['loc']))}",
                item["msg"],
                "a setting that rareplan knows",
                _meant(defaults, item["loc"]),
            )
            for item in error.errors()
        ) from error


def _meant(defaults: dict[str, Any], place: tuple[int | str, ...]) -> str:
    """What to do about a setting, with the nearest known name for one that is not known."""
    from difflib import get_close_matches

    known: Any = defaults
    for part in place[:-1]:
        known = known.get(part, {}) if isinstance(known, dict) else {}
    names = list(known) if isinstance(known, dict) else []
    near = get_close_matches(str(place[-1]), names, 1) if place[-1] not in names else []
    return f"{f'Did you mean {near[0]}? ' if near else ''}Compare with rareplan's defaults.toml."
