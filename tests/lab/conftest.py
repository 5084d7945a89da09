"""Makes the lab's fixtures known to the tests of this folder."""

from tests.lab.plugin import lab, machine

__all__ = ["lab", "machine"]
