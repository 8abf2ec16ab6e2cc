"""Malformed inputs, built by code: which input of a good family is replaced, and by what bytes."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
CONTIG = "##contig=<ID=chr1,length=248956422>\n"
FORMATS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">\n'
)
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tdad\tmum\n"
META = "##fileformat=VCFv4.2\n" + CONTIG + FORMATS
HEAD = META + COLUMNS
RECORD = "chr1\t100\t.\tA\tG\t50\tPASS\t.\tGT:AD\t0/1:9,9\t0/0:9,0\t0/1:8,9\n"
GOOD_VCF = HEAD + RECORD
GOOD_PED = "F\tkid\tdad\tmum\t1\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n"
GOOD_TERMS = "HP:0001250\n"
GOOD_CASE = '[patient]\nproband = "kid"\nage = "3 months"\n'


@dataclass(frozen=True)
class Bad:
    """One malformed input. ``kind`` names what it replaces; None as content: no such file."""

    kind: str
    name: str
    content: bytes | None
    ending: str = ""


def bgzf(data: bytes, *, end: bool = True) -> bytes:
    """One BGZF block (SAM specification 4.1) and, unless told otherwise, the end marker."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(body) + 25)
    tail = struct.pack("<II", zlib.crc32(data), len(data))
    return head + body + tail + (BGZF_EOF if end else b"")


def _zip(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("family.vcf", text)
    return out.getvalue()


def containers() -> Iterator[Bad]:
    """Files that are no VCF, or only half of one."""
    good = GOOD_VCF.encode()
    whole = bgzf(good)
    texts: dict[str, bytes | None] = {
        "absent": None,
        "empty": b"",
        "blank lines": b"\n\n\n",
        "comma table": b"a,b,c\n1,2,3\n",
        "FASTA": b">chr1\nACGT\n",
        "FASTQ": b"@read\nACGT\n+\nIIII\n",
        "SAM": b"@HD\tVN:1.6\n",
        "BED": b"chr1\t1\t2\n",
        "GFF": b"##gff-version 3\nchr1\t.\tgene\t1\t2\t.\t+\t.\tID=x\n",
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "PNG": b"\x89PNG\r\n\x1a\n" + bytes(64),
        "HTML error page": b"<!doctype html><title>404</title>",
        "JSON": b'{"a": 1}',
        "zip": _zip(GOOD_VCF),
        "UTF-16": GOOD_VCF.encode("utf-16"),
        "byte-order mark": b"\xef\xbb\xbf" + good,
        "NUL bytes": bytes(4096),
        "random bytes": bytes(range(256)) * 8,
        "records without a header": RECORD.encode(),
        "old Mac line ends": good.replace(b"\n", b"\r"),
        "column line only": COLUMNS.encode(),
        "version missing": good.split(b"\n", 1)[1],
        "version second": CONTIG.encode() + good,
        "no column line": (META + RECORD).encode(),
        "header only, cut": META[:60].encode(),
        "one endless line": b"##fileformat=VCFv4.2\n" + b"x" * (1 << 21),
    }
    for name, content in texts.items():
        yield Bad("vcf", name, content, ".vcf")
    packed: dict[str, bytes] = {
        "empty gz": b"",
        "two bytes of gzip": b"\x1f\x8b",
        "gzip header only": gzip.compress(good)[:10],
        "gzip cut in the header": gzip.compress(good)[:60],
        "gzip with a wrong sum": gzip.compress(good)[:-8] + bytes(8),
        "gzip of nothing": gzip.compress(b""),
        "gzip of a table": gzip.compress(b"a,b\n"),
        "bgzip without its end": bgzf(good, end=False),
        "bgzip cut": whole[:-10],
        "bgzip cut in a block": whole[: len(whole) // 2],
        "bgzip with bytes turned": whole[:40] + bytes(b ^ 255 for b in whole[40:60]) + whole[60:],
        "bgzip with an empty body": BGZF_EOF,
        "BCF": bgzf(b"BCF\x02\x02" + struct.pack("<I", len(HEAD) + 1) + HEAD.encode() + b"\0"),
        "BAM": bgzf(b"BAM\x01" + bytes(64)),
        "tabix index": bgzf(b"TBI\x01" + bytes(64)),
        "bgzip of FASTA": bgzf(b">chr1\nACGT\n"),
    }
    for name, content in packed.items():
        yield Bad("vcf", name, content, ".vcf.gz")


def headers() -> Iterator[Bad]:
    """Headers that do not say who or where."""
    edits = {
        "spaces for tabs": META + COLUMNS.replace("\t", " "),
        "columns out of order": META + COLUMNS.replace("REF\tALT", "ALT\tREF"),
        "a column missing": META + COLUMNS.replace("QUAL\t", ""),
        "no samples": META + "\t".join(COLUMNS.split("\t")[:8]) + "\n",
        "FORMAT without samples": META + "\t".join(COLUMNS.split("\t")[:9]) + "\n",
        "a sample twice": META + COLUMNS.replace("dad", "kid"),
        "all samples alike": META + COLUMNS.replace("dad", "kid").replace("mum", "kid"),
        "lower-case columns": META + COLUMNS.lower(),
        "other samples": META + COLUMNS.replace("kid", "a").replace("dad", "b"),
        "proband absent": META + COLUMNS.replace("kid", "somebody"),
        "a parent absent": META + COLUMNS.replace("mum", "somebody"),
        "no contigs": "##fileformat=VCFv4.2\n" + FORMATS + COLUMNS,
        "contigs without length": META.replace(",length=248956422", "") + COLUMNS,
        "an unknown genome": META.replace("248956422", "195471971") + COLUMNS,
        "two genomes": META + "##contig=<ID=chr2,length=243199373>\n" + COLUMNS,
    }
    for name, head in edits.items():
        yield Bad("vcf", name, (head + RECORD).encode(), ".vcf")


def records() -> Iterator[Bad]:
    """Lines that are no records, after a good one."""
    cells = RECORD.rstrip("\n").split("\t")

    def line(**changes: str) -> str:
        names = ["chrom", "pos", "id", "ref", "alt", "qual", "filter", "info", "format", "a", "b",
                 "c"]  # fmt: skip
        return "\t".join(changes.get(n, c) for n, c in zip(names, cells, strict=True)) + "\n"

    lines = {
        "POS a word": line(pos="ten"),
        "POS a fraction": line(pos="100.5"),
        "POS empty": line(pos=""),
        "POS negative": line(pos="-5"),
        "POS beyond 64 bits": line(pos="99999999999999999999"),
        "POS beyond the contig": line(pos="348956422"),
        "CHROM empty": line(chrom=""),
        "REF empty": line(ref=""),
        "REF a number": line(ref="7"),
        "REF symbolic": line(ref="<DEL>"),
        "ALT a number": line(alt="7"),
        "ALT empty": line(alt=""),
        "a deletion without its end": line(alt="<DEL>"),
        "a sample too many": line()[:-1] + "\t0/1:9,9\n",
        "ALT a word": line(alt="deletion"),
        "ALT half symbolic": line(alt="<DEL"),
        "one column": "chr1\n",
        "four columns": "chr1\t100\t.\tA\n",
        "eight columns": "\t".join(cells[:8]) + "\n",
        "a sample missing": "\t".join(cells[:11]) + "\n",
        "spaces for tabs in a record": RECORD.replace("\t", " "),
        "GT with an allele too many": line(a="0/2:9,9"),
        "GT far beyond": line(a="0/77:9,9"),
        "GT of a parent beyond": line(b="3/3:9,9"),
        "GT a word": line(a="het:9,9"),
        "GT letters": line(a="A/G:9,9"),
        "GT negative": line(a="-1/0:9,9"),
        "GT empty": line(a=":9,9"),
        "AD a word": line(a="0/1:many"),
        "more values than FORMAT": line(a="0/1:9,9:7:7"),
        "FORMAT empty": line(format=""),
        "FORMAT twice": line(format="GT:GT"),
        "NUL in a record": line(id="a\0b"),
        "HTML in the middle": "<html><body>proxy error</body></html>\n",
        "a second header": HEAD,
        "a JSON line": '{"chrom": 1}\n',
        "binary": "\x01\x02\x03\x04\x05\n",
        "cut in the last line": RECORD[:30],
        "comma for tab": RECORD.replace("\t", ","),
    }
    for name, text in lines.items():
        yield Bad("vcf", name, (GOOD_VCF + text).encode(), ".vcf")
    yield Bad(
        "vcf", "record that is not UTF-8", (GOOD_VCF + RECORD).encode() + b"\xff\xfe\n", ".vcf"
    )


def pedigrees() -> Iterator[Bad]:
    """PED files."""
    first, *rest = GOOD_PED.splitlines(keepends=True)
    parents = "".join(rest)
    texts: dict[str, str | bytes | None] = {
        "absent": None,
        "empty": "",
        "comments only": "# nothing\n#\n",
        "header only": "family\tperson\tpaternal\tmaternal\tsex\tphenotype\n",
        "five columns": "F\tkid\tdad\tmum\t1\n" + parents,
        "one column": "kid\n",
        "commas": GOOD_PED.replace("\t", ","),
        "semicolons": GOOD_PED.replace("\t", ";"),
        "sex a letter": first.replace("\t1\t2", "\tx\t2") + parents,
        "sex nine": first.replace("\t1\t2", "\t9\t2") + parents,
        "phenotype a word": first.replace("\t1\t2", "\t1\tsick") + parents,
        "phenotype three": first.replace("\t1\t2", "\t1\t3") + parents,
        "sex and phenotype": first.replace("\t1\t2", "\tx\ty") + parents,
        "parents swapped": first.replace("dad\tmum", "mum\tdad") + parents,
        "father a woman": GOOD_PED.replace("dad\t0\t0\t1", "dad\t0\t0\t2"),
        "mother a man": GOOD_PED.replace("mum\t0\t0\t2", "mum\t0\t0\t1"),
        "own father": first.replace("dad", "kid") + parents,
        "own mother": first.replace("mum", "kid") + parents,
        "one parent twice": first.replace("mum", "dad") + parents,
        "own grandparent": first + "F\tdad\tkid\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n",
        "a person twice": GOOD_PED + first,
        "nobody of the VCF": "F\tx\t0\t0\t1\t2\n",
        "proband not sequenced": GOOD_PED.replace("kid", "child"),
        "sister not sequenced": GOOD_PED + "F\tsis\tdad\tmum\t2\t1\n",
        "UTF-16": GOOD_PED.encode("utf-16"),
        "binary": bytes(range(256)),
        "too large": b"#" * ((16 << 20) + 1),
        "a VCF": GOOD_VCF,
        "JSON": '{"family": "F"}',
        "escape codes": first.replace("\t1\t2", "\t\x1b[31m\t2") + parents,
    }
    for name, text in texts.items():
        yield Bad("ped", name, text.encode() if isinstance(text, str) else text, ".ped")


def terms() -> Iterator[Bad]:
    """HPO lists."""
    texts: dict[str, str | bytes | None] = {
        "absent": None,
        "empty": "",
        "comments only": "# HP:0001250\n",
        "blank": "  \n\t\n",
        "unknown id": "HP:9999999\n",
        "id one digit short": "HP:000125\n",
        "id one digit long": "HP:00012500\n",
        "misspelt label": "Seizurre of the moon\n",
        "an OMIM number": "OMIM:237300\n",
        "a sentence": "The child vomits and does not wake up\n",
        "both ways": "HP:0001250\n- HP:0001250\n",
        "excluded only": "- HP:0001250\n",
        "a mode of inheritance": "HP:0000007\n",
        "a root": "HP:0000001\n",
        "UTF-16": GOOD_TERMS.encode("utf-16"),
        "Latin-1": "Krämpfe\n".encode("latin-1"),
        "binary": bytes(range(256)),
        "too many": b"strange word\n" * 1001,
        "too large": b"#" * ((4 << 20) + 1),
        "HTML": "<html>\n",
        "a path": "../../etc/passwd\n",
    }
    for name, text in texts.items():
        yield Bad("hpo", name, text.encode() if isinstance(text, str) else text, ".txt")


def case_files() -> Iterator[Bad]:
    """TOML case files."""
    texts: dict[str, str | bytes | None] = {
        "absent": None,
        "not TOML": "patient: kid\n",
        "unclosed text": '[patient]\nproband = "kid\n',
        "a key twice": '[patient]\nsex = "male"\nsex = "male"\n',
        "unknown section": "[pateint]\n",
        "unknown key": "[patient]\nweight = 3\n",
        "unknown top key": "name = 1\n",
        "age a word": '[patient]\nage = "old"\n',
        "age negative": "[patient]\nage = -1\n",
        "age 400": "[patient]\nage = 400\n",
        "age a list": "[patient]\nage = [1]\n",
        "sex a word": '[patient]\nsex = "boy or girl"\n',
        "sex a number": "[patient]\nsex = 1\n",
        "sex against the PED": '[patient]\nsex = "female"\n',
        "medicines a text": '[patient]\nmedicines = "valproate"\n',
        "medicines numbers": "[patient]\nmedicines = [1]\n",
        "medicine too long": f'[patient]\nmedicines = ["{"x" * 201}"]\n',
        "proband unknown": '[patient]\nproband = "nobody"\n',
        "observed a text": '[phenotype]\nobserved = "HP:0001250"\n',
        "observed unknown": '[phenotype]\nobserved = ["HP:9999999"]\n',
        "term unknown key": '[phenotype]\nobserved = [{term = "HP:0001250", severity = "bad"}]\n',
        "term without term": '[phenotype]\nobserved = [{onset = "P1D"}]\n',
        "consent a word": '[consents]\nsecondary_findings = "perhaps"\n',
        "consent unknown": "[consents]\nresearch = true\n",
        "evidence without gene": '[[evidence]]\nkind = "enzyme"\n',
        "evidence a table": '[evidence]\ngene = "CPS1"\n',
        "z-score a word": '[[evidence]]\ngene = "CPS1"\nz_score = "high"\n',
        "UTF-16": GOOD_CASE.encode("utf-16"),
        "binary": bytes(range(256)),
        "too large": b"#" * ((4 << 20) + 1),
        "nested too deep": "x = " + "[" * 3000 + "]" * 3000,
        "JSON": '{"patient": {}}',
    }
    for name, text in texts.items():
        yield Bad("case", name, text.encode() if isinstance(text, str) else text, ".toml")


def phenopackets() -> Iterator[Bad]:
    """Phenopackets and families in JSON."""

    def packet(**changes: object) -> str:
        whole = {"id": "x", "subject": {"id": "kid", "sex": "MALE"}, **changes}
        return json.dumps(whole)

    term = {"type": {"id": "HP:0001250", "label": "Seizure"}}
    texts: dict[str, str | bytes | None] = {
        "absent": None,
        "empty": "",
        "not JSON": "patient = 1\n",
        "cut": packet()[:20],
        "a list": "[]",
        "a number": "7",
        "null": "null",
        "subject a list": packet(subject=[1]),
        "features a text": packet(phenotypicFeatures="HP:0001250"),
        "feature unknown": packet(phenotypicFeatures=[{"type": {"id": "HP:9999999"}}]),
        "feature both ways": packet(phenotypicFeatures=[term, {**term, "excluded": True}]),
        "excluded a word": packet(phenotypicFeatures=[{**term, "excluded": "no"}]),
        "sex against the PED": packet(subject={"id": "kid", "sex": "FEMALE"}),
        "sex an unknown word": packet(subject={"id": "kid", "sex": "BOY"}),
        "version 1": packet(phenotypicFeatures=[{**term, "negated": True}]),
        "a cohort": '{"id": "x", "members": []}',
        "nested too deep": "[" * 100_000,
        "UTF-16": packet().encode("utf-16"),
        "binary": bytes(range(256)),
        "too large": b" " * ((16 << 20) + 1),
    }
    for name, text in texts.items():
        yield Bad("case", f"phenopacket {name}", text.encode() if isinstance(text, str) else text,
                  ".json")  # fmt: skip


def settings() -> Iterator[Bad]:
    """Files of --config."""
    texts: dict[str, str | bytes | None] = {
        "absent": None,
        "not TOML": "quality: 1\n",
        "unknown section": "[qualty]\nmin_gq = 20\n",
        "unknown key": "[quality]\nmin_gqq = 20\n",
        "a word for a number": '[quality]\nmin_gq = "high"\n',
        "a list for a number": "[quality]\nmin_gq = [20]\n",
        "a number for a section": "quality = 3\n",
        "two unknown keys": "[quality]\na = 1\nb = 2\n",
        "a text for a list": "[rarity_tags]\ngrpmax = 7\n",
        "UTF-16": "[quality]\n".encode("utf-16"),
        "nested too deep": "x = " + "[" * 3000 + "]" * 3000,
        "binary": bytes(range(256)),
        "a word for yes or no": '[quality]\nrequire_pass = "perhaps"\n',
    }
    for name, text in texts.items():
        yield Bad("config", name, text.encode() if isinstance(text, str) else text, ".toml")


def pharmcat() -> Iterator[Bad]:
    """PharmCAT's JSON."""
    texts: dict[str, str | bytes | None] = {
        "absent": None,
        "empty": "",
        "not JSON": "CYP2C9 *1/*2\n",
        "a list": "[]",
        "no genes": "{}",
        "genes a list": '{"genes": [1]}',
        "binary": bytes(range(256)),
        "nested too deep": "[" * 100_000,
    }
    for name, text in texts.items():
        yield Bad("pharmcat", name, text.encode() if isinstance(text, str) else text, ".json")


def tolerated() -> Iterator[Bad]:
    """Oddities that are read: htslib and other readers take them, and nothing is lost silently
    that the reports rest on."""
    cells = RECORD.rstrip("\n").split("\t")
    texts = {
        "QUAL a word": "\t".join([*cells[:5], "high", *cells[6:]]) + "\n",
        "Windows line ends": RECORD.replace("\n", "\r\n"),
        "no last line end": RECORD.rstrip("\n"),
        "lower-case bases": RECORD.replace("\tA\tG\t", "\ta\tg\t"),
        "an undeclared contig": RECORD.replace("chr1\t", "chrUn_1\t"),
        "an IUPAC reference": RECORD.replace("\tA\tG\t", "\tM\tG\t"),
        "a breakend": RECORD.replace("\tA\tG\t", "\tA\tA[chr2:321681[\t"),
        "a single breakend": RECORD.replace("\tA\tG\t", "\tA\tA.\t"),
        "a spanning deletion": RECORD.replace("\tA\tG\t", "\tA\t*\t"),
    }
    for name, text in texts.items():
        yield Bad("vcf", name, (GOOD_VCF + text).encode(), ".vcf")
    yield Bad("ped", "nobody affected", GOOD_PED.replace("\t2\n", "\t1\n", 1).encode(), ".ped")


def everything() -> list[Bad]:
    """The whole corpus."""
    parts = (
        containers(), headers(), records(), pedigrees(), terms(), case_files(), phenopackets(),
        settings(), pharmcat(),
    )  # fmt: skip
    return [bad for part in parts for bad in part]
