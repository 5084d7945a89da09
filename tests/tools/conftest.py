"""Makes the lab's fixtures known to the tests of checks that ask a service."""

from tests.lab.plugin import lab, machine

__all__ = ["lab", "machine"]
