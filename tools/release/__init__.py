"""Makes all that a release consists of, in one folder; it sends nothing anywhere.

``python -m tools.release`` is the one command. Each module makes one kind of file.
"""
