"""The packaged snapshot, built from pinned registry packages with open licences."""
