"""Benchmarks: what renkei costs beside the usual way, measured with both sides alternating in one run.

`make bench`, or `python -m tests.benchmarks [name …] [--quick] [--seconds N]`. One JSON object a line on standard
output, `{"name", "ours", "baseline", "ratio", "unit", …}`: a ratio above 1 is better for us. Progress and spread go to
standard error. Every benchmark has a PostgreSQL of its own in a temporary folder (TMPDIR says where) and leaves
nothing behind.

The baseline of the append benchmarks is the stock PostgreSQL application of the `eventsourcing` library on the same
server: it saves the same events, field by field, with the same guards, and reads an aggregate before it changes it.
"""
