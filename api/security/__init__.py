"""What stands before every route: who asks, how often, how much at once, and which headers an answer carries (防護).

`guard.py` is the one piece of middleware and says in which order things are looked at; `routes.py` is the table of all
routes; `connections.py` reads the sockets. Nothing here knows GraphQL, cities or the database.
"""
