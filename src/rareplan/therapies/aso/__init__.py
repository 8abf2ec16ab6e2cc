"""Antisense eligibility by the N1C VARIANT guidelines (Cheerie et al. 2025, version 1.0).

DOI 10.1016/j.ajhg.2025.02.017. The rules run on :class:`facts.AsoFacts` alone, so a batch row, a
VCF variant and a hand-typed case are assessed by the same code.
"""
