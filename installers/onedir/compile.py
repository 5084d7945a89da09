"""Lays our own modules out in the folder: compiled, and what else belongs to the package as it is.

python compile.py PACKAGE TARGET; it prints what the Python that compiles is made of, as JSON.
"""

import json
import py_compile
import shutil
import ssl
import sys
import zlib
from pathlib import Path

package, target = map(Path, sys.argv[1:])
for path in sorted(package.rglob("*")):
    place = target / path.relative_to(package)
    if path.is_dir():
        continue
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".py":
        py_compile.compile(
            str(path),
            str(place.with_suffix(".pyc")),
            (package.name / path.relative_to(package)).as_posix(),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    else:
        shutil.copyfile(path, place)
print(json.dumps([sys.version.split()[0], ssl.OPENSSL_VERSION.split()[1], zlib.ZLIB_VERSION]))
