"""What package managers want to know of a release: each file with its address and its SHA-256 sum.

They are made from the files of a release alone, so that none names a release that does not exist.
"""
