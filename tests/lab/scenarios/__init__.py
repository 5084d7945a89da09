"""The suite: machines as they are met in the field. Each is proved with real git first.

Each file here has some, in ``SCENARIOS``.
"""

import pkgutil
from importlib import import_module

from tests.lab.scenario import Scenario

_FILES = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]

SCENARIOS: tuple[Scenario, ...] = tuple(
    scenario for file in _FILES for scenario in getattr(file, "SCENARIOS", ())
)
