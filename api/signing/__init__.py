"""How people sign in to a city's desk with a browser, and what they keep about their own account (サインイン).

Promises: pages work without JavaScript and under a policy that allows no script; what changes anything is a POST that
comes from our own pages; a cookie lets in only to its city; who signs in elsewhere (OpenID Connect) is let in only as
the member whom an administrator or a claim that the configuration names has linked.
"""
