"""A local CodeCommit for tests: real git, the real aws command and boto3 reach it unchanged.

with Lab() as lab:
    environment = Environment(lab, folder)

"""
