"""Mutants: small faults put into the code, to see whether the fast tests notice.

``python -m tools.mutants checks/kms_deny.py`` prints those that no test noticed.
"""
