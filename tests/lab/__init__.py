"""A local CodeCommit for tests: real git, the real aws command and boto3 reach it unchanged.

``Lab`` (service.py) is the service and the part of AWS around it. ``Setup`` (environment.py) says
as data what a machine is like, ``Environment`` is that machine. ``Scenario`` (scenario.py) is a
machine with what git shows on it and what the doctor must find.
"""
