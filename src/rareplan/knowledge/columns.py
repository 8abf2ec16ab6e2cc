"""Arrow columns as numpy arrays and flattened lists, without a Python object a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


def array(table: pa.Table, name: str, dtype: type[np.generic]) -> np.ndarray[Any, Any]:
    """A numeric column as one array of ``dtype`` (nulls are not expected)."""
    found: np.ndarray[Any, Any] = table.column(name).to_numpy().astype(dtype, copy=False)
    return found


def ragged(table: pa.Table, name: str) -> tuple[np.ndarray[Any, Any], pa.Array]:
    """A list column as ``offsets`` (rows + 1) and its flat values."""
    column = table.column(name).combine_chunks()
    if hasattr(column, "chunks"):  # an empty table keeps its chunked form
        import pyarrow as pa

        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column.offsets.to_numpy(), column.values


def texts(table: pa.Table, name: str) -> list[str]:
    """A text column as Python strings."""
    values: list[str] = table.column(name).to_pylist()
    return values
