"""Pure decisions: what may happen in a partnership desk, and what it then means.

Promises: no clock, no random, no I/O, no framework; the standard library and itself only. One module per aggregate, in
the order events, state, ``evolve``, commands. ``evolve`` never refuses; a command returns events or raises a
:class:`domain.errors.Refusal`; the same wish twice returns no event.
"""
