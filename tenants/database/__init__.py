"""The database under the cities: our own PostgreSQL or a given one, who may log in, and how its tables come to be.

Promises: one process owns a data folder at a time; what was committed survives a kill of any process; no server is left
behind for longer than the next start needs; every log-in needs a password; every migration is whole or absent.

May import: the standard library, psycopg, cryptography, itself and, to set a city and name failures, `domain`.
"""
