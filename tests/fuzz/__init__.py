"""Requests that nobody would think of, made from both GraphQL schemas and every route by schemathesis.

``make fuzz`` starts the demo and asks for ten minutes; the tests do the same for a few seconds. Whatever is sent, no
answer is a 5xx, none is late, and none tells of the inside.
"""
