"""How AWS decides on a request, as pure functions on policies and on what is known of a request.

Everything answers with three values: True, False, and None for "can't be told from here".
"""
