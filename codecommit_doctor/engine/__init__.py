"""Runs checks: the session, the registry, the targets, the examination and the verdict."""
