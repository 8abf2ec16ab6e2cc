"""HL7 FHIR R4 with the profiles of the Genomics Reporting guide (STU2 and STU3)."""

from __future__ import annotations
