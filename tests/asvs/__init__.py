"""OWASP ASVS 5.0.0, levels 1 and 2, as data: what shows each requirement, why it does not apply, or what is missing.

``requirements/`` holds one file for each chapter; ``standard.toml`` the identifiers of the standard, so that none is
forgotten. The texts of the requirements are OWASP's (CC BY-SA 4.0) and not repeated here; look them up by identifier.
``python -m tests.asvs`` writes the summary into ``README.md``; ``components`` and ``audit`` tell what is installed to
run and what is known of it.
"""
