"""Payloads of drug sources: Open Targets, DGIdb, openFDA, EMA, CPIC."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def _zip_json(content: Any) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("drug-drugsfda-0001-of-0001.json"), json.dumps(content))
    return sink.getvalue()


def drugs() -> dict[str, bytes]:
    moa = [{"chemblIds": ["CHEMBL1"], "targets": ["ENSG00000001626"], "actionType": "POSITIVE "
            "MODULATOR", "mechanismOfAction": "CFTR modulator"}]  # fmt: skip
    molecule = [{"id": "CHEMBL1", "name": "IVACAFTOR", "isApproved": True}]
    dgidb = (
        "# DGIdb\n# x\ngene_claim_name\tgene_concept_id\tgene_name\tdrug_claim_name\t"
        "drug_concept_id\tdrug_name\tdrug_is_approved\tinteraction_source_db_name\t"
        "interaction_types\nCFTR\thgnc:1884\tCFTR\tx\tchembl:CHEMBL1\tIVACAFTOR\tTrue\tFDA\t"
        "potentiator\nCFTR\thgnc:1884\tCFTR\tx\tchembl:CHEMBL2\tSECRET\tTrue\tTTD\tinhibitor\n"
    )
    fda = {
        "meta": {"last_updated": "2026-09-29"},
        "results": [
            {
                "application_number": "NDA209531",
                "products": [
                    {"brand_name": "SPINRAZA", "marketing_status": "Prescription",
                     "active_ingredients": [{"name": "NUSINERSEN SODIUM"}]}
                ],
                "submissions": [
                    {"submission_type": "ORIG", "submission_status": "AP",
                     "submission_status_date": "20161223"}
                ],
            }
        ],
    }  # fmt: skip
    ema = {
        "data": [
            {"category": "Human", "name_of_medicine": "Spinraza", "medicine_status": "Authorised",
             "international_non_proprietary_name_common_name": "nusinersen",
             "orphan_medicine": "Yes", "marketing_authorisation_date": "30/05/2017",
             "ema_product_number": "EMEA/H/C/004312",
             "therapeutic_indication": "5q spinal muscular atrophy"},
            {"category": "Veterinary", "name_of_medicine": "X"},
        ]
    }  # fmt: skip
    cpic = [{"genesymbol": "CYP2D6", "drugname": "codeine", "drugid": "RxNorm:2670",
             "guidelineurl": "https://cpicpgx.org/x", "cpiclevel": "A", "provisional": False,
             "clinpgxlevel": "1A", "pgxtesting": None, "pmids": ["33387367"]}]  # fmt: skip
    return {
        "/ot/moa/00000000.parquet": _parquet(moa),
        "/ot/molecule/00000000.parquet": _parquet(molecule),
        "/dgidb/interactions.tsv": dgidb.encode(),
        "/openfda/drugsfda.json.zip": _zip_json(fda),
        "/ema/medicines.json": json.dumps(ema).encode(),
        "/cpic/pairs.json": json.dumps(cpic).encode(),
    }
