"""One module an upstream: real files in, rows of the snapshot's tables out."""
