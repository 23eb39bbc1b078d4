"""What an intake apart from the desk hands over: signed envelopes, and how they come in (ネットワーク分離).

A city may let proposers write on an internet side that has no way into the desk's network. That side gives each of them
an arrival number and hands over one signed envelope for each. Here they are read: ``trusted.py`` keeps whose signature
counts, ``envelope.py`` is the form, ``content.py`` makes the same command of it that the desk itself enters, and
``taking_in.py`` records it, once however often it comes. The form for who builds such a side: README.md beside this.
"""
