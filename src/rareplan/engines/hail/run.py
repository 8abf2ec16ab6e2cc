"""One family on Hail: the record-level rules on Spark, everything after on the survivors.

Spark judges every allele with the rules' own expressions, once, into a checkpoint. Stopped alleles
go from there into the ledger; the records of the rest come to this process, where the local
engine's own code finishes them: consequences, segregation and sample checks are the same code.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.config import Settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.finish import Waiting, engine_summary, finish
from rareplan.engines.hail.importing import Imported, import_vcf, reference_genome
from rareplan.engines.hail.judge import Judge, judged_alleles
from rareplan.engines.hail.ledger_rows import stopped_blocks
from rareplan.engines.hail.places import Places
from rareplan.engines.hail.records import batches_of
from rareplan.engines.hail.session import Session, get_session
from rareplan.engines.matching import Matcher
from rareplan.engines.result import EngineResult
from rareplan.filters.ledger import PASSED, LedgerWriter
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.progress import Progress, silent
