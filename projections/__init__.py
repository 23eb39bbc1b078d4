"""Read models: what people see, kept up to date from the cities' logs.

Promises: every event changes every read model exactly once; rows are keyed by one aggregate, so that a rebuild gives
the same rows; one event that cannot be read stops only its own aggregate; a rebuild runs beside the live rows.
May import ``tenants`` and ``domain``; the API reads, only the runner writes.
"""
