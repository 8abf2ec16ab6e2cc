"""A genome FASTA of the user's resolves what the starter leaves open."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqUtils import seq3
from click.testing import CliRunner
from tests.builders.genome_fasta import CONTIG, chosen_rows, made_up, write_genome

from rareplan.annotate.table import annotate_sites
from rareplan.cli.main import cli
from rareplan.config import load_settings
from rareplan.errors import InputError
from rareplan.knowledge.coding import coding_fault
from rareplan.knowledge.sequence import reverse_complement
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Assembly
from rareplan.refresh.genome import SEQUENCE
from rareplan.refresh.job import RefreshRequest, add_genome, refresh
from rareplan.refresh.layout import Home
from rareplan.refresh.spec import load_specs


@pytest.fixture(scope="module")
def sequences(starter: KnowledgeBase) -> dict[int, str]:
    bundle = TranscriptBundle.from_knowledge(starter)
    rng = np.random.default_rng(21)
    return {row: made_up(bundle, row, rng) for row in chosen_rows(bundle)}


def snapshot_of(tmp_path: Path, fasta: Path) -> tuple[KnowledgeBase, dict[str, int]]:
    home = Home(tmp_path / "knowledge")
    summary, part = add_genome(home, load_specs(), load_settings().refresh, fasta)
    assert summary.changed
    assert summary.faults == []
    kb = home.open_current()
    assert kb is not None
    assert kb.verify() == []
    return kb, part.index["tables"][SEQUENCE]["notes"]["left_out"]


@pytest.mark.parametrize("assembly", list(Assembly))
def test_every_made_up_gene_is_read_back(
    assembly: Assembly, starter: KnowledgeBase, sequences: dict[int, str], tmp_path: Path
) -> None:
    fasta = write_genome(tmp_path / "g.fa", starter, assembly, sequences)
    kb, left = snapshot_of(tmp_path, fasta)
    bundle, models = TranscriptBundle.from_knowledge(kb), TranscriptBundle.from_knowledge(starter)
    names = {str(name): row for row, name in enumerate(bundle.transcript)}
    read = 0
    for row, text in sequences.items():
        now = names[str(models.transcript[row])]
        offset = int(bundle.sequence_offset[now])
        if offset >= 0:
            assert bundle.sequence is not None
            found = bundle.sequence.text(offset, offset + len(text))
            # The made-up GRCh37 has an N where single bases have no counterpart.
            assert all(a in (b, "N") for a, b in zip(found, text, strict=True))
            read += 1
    # On GRCh37 a few exons have no counterpart; the rest must all be there.
    assert read >= len(sequences) * (1.0 if assembly is Assembly.GRCH38 else 0.9)
    assert sum(left.values()) + int((bundle.sequence_offset >= 0).sum()) == len(bundle)
    if assembly is Assembly.GRCH38:
        assert len(bundle.intron_offset) == len(bundle)
        assert all(bundle.intron_offset[names[str(models.transcript[r])]] >= 0
                   for r in sequences if len(models.exon_start[
                       models.exon_offset[r]:models.exon_offset[r + 1]]) > 1)  # fmt: skip
    source = next(s for s in kb.sources() if "Genome FASTA" in s.name)
    assert source.version == f"{assembly.value} (g.fa)"


def test_coding_changes_are_named_as_an_independent_translation_says(
    starter: KnowledgeBase, sequences: dict[int, str], tmp_path: Path
) -> None:
    kb, _ = snapshot_of(
        tmp_path, write_genome(tmp_path / "g.fa", starter, Assembly.GRCH38, sequences)
    )
    bundle, models = TranscriptBundle.from_knowledge(kb), TranscriptBundle.from_knowledge(starter)
    rng, checked = np.random.default_rng(5), 0
    for row, text in list(sequences.items())[:40]:
        offset = int(rng.integers(int(models.cds_first[row]) + 3, int(models.cds_stop[row]) - 3))
        pos = genomic(models, row, offset)
        ref, alt = text[offset], {"A": "C", "C": "G", "G": "T", "T": "A"}[text[offset]]
        codon = (offset - int(models.cds_first[row])) // 3
        start = int(models.cds_first[row]) + 3 * codon
        changed = text[:offset] + alt + text[offset + 1 :]
        old, new = (str(Seq(t[start : start + 3]).translate()) for t in (text, changed))
        if models.strand[row] < 0:
            ref, alt = reverse_complement(ref), reverse_complement(alt)
        found = annotate_sites(
            np.array([CONTIG], np.int8), np.array([pos]), np.array([ref], object),
            np.array([alt], object), bundle,
        ).consequences(0)  # fmt: skip
        mine = next(c for c in found if c.transcript == models.transcript[row])
        told = "Ter" if new == "*" else seq3(new)
        expected = f"p.({seq3(old)}{codon + 1}{'=' if old == new else told})"
        assert mine.hgvs_p.partition(":")[2] == expected
        checked += 1
    assert checked == 40


def genomic(bundle: TranscriptBundle, row: int, offset: int) -> int:
    """Genomic position (1-based) of a 0-based spliced offset."""
    for exon in range(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1])):
        into = offset - int(bundle.exon_spliced[exon])
        size = int(bundle.exon_end[exon] - bundle.exon_start[exon]) + 1
        if 0 <= into < size:
            plus = bundle.strand[row] > 0
            return int(bundle.exon_start[exon] + into if plus else bundle.exon_end[exon] - into)
    raise AssertionError("not in an exon")


def test_a_broken_frame_gets_no_sequence(
    starter: KnowledgeBase, sequences: dict[int, str], tmp_path: Path
) -> None:
    row, text = next(iter(sequences.items()))
    bundle = TranscriptBundle.from_knowledge(starter)
    first = int(bundle.cds_first[row])
    broken = dict(sequences) | {row: text[: first + 30] + "TAA" + text[first + 33 :]}
    kb, left = snapshot_of(
        tmp_path, write_genome(tmp_path / "g.fa", starter, Assembly.GRCH38, broken)
    )
    now = TranscriptBundle.from_knowledge(kb)
    place = list(now.transcript).index(bundle.transcript[row])
    assert now.sequence_offset[place] == -1
    assert left["the CDS does not hold"] >= 1


def test_a_later_refresh_keeps_the_sequence(
    starter: KnowledgeBase, sequences: dict[int, str], tmp_path: Path, specs, quick, upstream
) -> None:
    fasta = write_genome(tmp_path / "g.fa", starter, Assembly.GRCH38, sequences)
    home = Home(tmp_path / "knowledge")
    add_genome(home, specs, quick, fasta)
    fasta.unlink()
    summary = refresh(home, specs, quick, RefreshRequest(sources=("clingen",)))
    assert summary.changed
    kb = home.open_current()
    assert kb is not None
    assert kb.has("sequence")
    assert (TranscriptBundle.from_knowledge(kb).sequence_offset >= 0).sum() >= len(sequences)


def test_the_command_tells_that_the_genome_is_not_a_human_one(
    starter: KnowledgeBase, sequences: dict[int, str], tmp_path: Path
) -> None:
    fasta = write_genome(tmp_path / "g.fa", starter, Assembly.GRCH38, sequences)
    done = CliRunner().invoke(
        cli, ["kb", "sequence", str(fasta), "--home", str(tmp_path / "k"), "--json"]
    )
    told = json.loads(done.output)
    assert told["transcripts"] >= len(sequences)
    # Chromosome 21 has well-known variants only where it has a made-up gene.
    assert done.exit_code == (1 if told["wrong_names"] else 0)


def test_what_is_no_genome_is_refused_in_words(tmp_path: Path, starter: KnowledgeBase) -> None:
    settings, home = load_settings().refresh, Home(tmp_path / "knowledge")
    with pytest.raises(InputError, match="no such file"):
        add_genome(home, load_specs(), settings, tmp_path / "none.fa")
    plain = tmp_path / "plain.fa"
    plain.write_text(">chr1\nACGT\n")
    with pytest.raises(InputError, match="no index"):
        add_genome(home, load_specs(), settings, plain)
    plain.with_name("plain.fa.fai").write_text("chr1\t4\t6\t4\t5\n")
    with pytest.raises(InputError, match="no assembly that rareplan knows"):
        add_genome(home, load_specs(), settings, plain)
    empty = write_genome(tmp_path / "n.fa", starter, Assembly.GRCH38, {})
    with pytest.raises(InputError, match="none of the transcripts"):
        add_genome(home, load_specs(), settings, empty)
    assert home.open_current() is None


@pytest.mark.parametrize(
    ("coding", "table", "fault"),
    [
        ("ATGAAATGA", 1, ""),
        ("ATGTGATGA", 1, ""),  # selenocysteine
        ("ATGTAATGA", 1, "the CDS has a stop at codon 2"),
        ("ATGAATGA", 1, "the CDS is not a multiple of three"),
        ("ATGAAAAAA", 1, "the CDS does not end with a stop"),
        ("CCCAAATGA", 1, "the CDS begins with CCC"),
        ("ATAAAAT", 2, ""),  # the stop is completed by the poly(A) tail
        ("ATAAAAAGA", 2, ""),
        ("", 1, "the CDS is empty"),
    ],
)
def test_coding_fault(coding: str, table: int, fault: str) -> None:
    assert coding_fault(coding, table) == fault
