"""Mutations of a good input, for the fuzzers: hypothesis draws them, scripts/bench/fuzz repeats."""

from __future__ import annotations

from hypothesis import strategies as st

TOKENS = [
    b"", b"\t", b"\n", b"\r", b"\0", b"0/1", b".", b"*", b"<DEL>", b"-1", b"99999999999999999999",
    b"nan", b"1e308", b",", b":", b";", b"=", b"|", b"\xff\xfe", b'"', b"#", b"[[", b"{",
    b"\x1b[2J", b"0|2", b"GT", b"%s", b"../..", b"<html>", b"chr1\t", b"\xe2\x80\xae",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """One of the seeds after one to six cuts, doublings, exchanges and insertions."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 6))):
        low = draw(st.integers(0, len(data)))
        high = min(len(data), low + draw(st.integers(0, 12)))
        what = draw(st.sampled_from(["token", "bytes", "cut", "double", "rest"]))
        if what == "token":
            data = data[:low] + draw(st.sampled_from(TOKENS)) + data[high:]
        elif what == "bytes":
            data = data[:low] + draw(st.binary(max_size=8)) + data[high:]
        elif what == "cut":
            data = data[:low] + data[high:]
        elif what == "double":
            data = data[:high] + data[low:]
        else:
            data = data[:low]
    return data
