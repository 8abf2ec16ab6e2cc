from __future__ import annotations

import pytest

from rareplan.annotate.structural import exon_range
from rareplan.knowledge.store import open_knowledge
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.provenance import data_dir


@pytest.fixture(scope="module")
def dmd() -> tuple[TranscriptBundle, int]:
    bundle = TranscriptBundle.from_knowledge(open_knowledge(data_dir("knowledge") / "starter"))
    row = next(i for i, name in enumerate(bundle.refseq) if name == "NM_004006.3")
    return bundle, row


# DMD is on the minus strand; exon 48 is 31875188-31875373, exon 50 is 31819975-31820083.
@pytest.mark.parametrize(
    ("start", "end", "kind", "name", "exon", "in_frame", "escapes"),
    [
        (31819000, 31876000, "DEL", "c.(6912+1_6913-1)_(7309+1_7310-1)del", "48-50/79", False,
         False),
        (31819000, 31876000, "DUP", "c.(6912+1_6913-1)_(7309+1_7310-1)dup", "48-50/79", False,
         False),
        (31875000, 31876000, "DEL", "c.(6912+1_6913-1)_(7098+1_7099-1)del", "48/79", True, None),
        (31875200, 31876000, "DEL", "", "48/79", None, None),
        (31874000, 31875000, "DEL", "", "", None, None),
        (31819000, 31876000, "INV", "", "", None, None),
        (33211000, 33212000, "DEL", "", "1/79", False, None),
    ],
)  # fmt: skip
def test_dmd(
    dmd: tuple[TranscriptBundle, int],
    start: int,
    end: int,
    kind: str,
    name: str,
    exon: str,
    in_frame: bool | None,
    escapes: bool | None,
) -> None:
    found = exon_range(*dmd, start, end, kind)
    assert (found.hgvs_c, found.exon) == (name, exon)
    assert (found.in_frame, found.escapes_nmd) == (in_frame, escapes)
