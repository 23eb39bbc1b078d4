"""Questions to the read models: an open connection in, typed rows out; every list bounded and paged by a cursor.

``commons`` is what everybody may ask, ``desk`` what the people of one city may ask about their own city. Promises: no
question writes anything; every statement names its city or reads the commons only; each is one statement.
"""
