"""The outside: GraphQL for everybody and for desks, pages, the command line. Thin; nothing imports it.

The only place that reads the environment, wires the parts together and speaks HTTP. May import everything below it.
"""
