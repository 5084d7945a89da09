"""Many machines as one table: reports are read into lines, and views answer what people ask.

The views are SQL in ``views/``, written for DuckDB, and kept for Spark and Athena in files of these
names. DuckDB is an extra, ``codecommit-doctor[fleet]``.
"""
