"""``--pseudonyms KEYFILE``: puts the pseudonyms into force for all that the program says."""

from __future__ import annotations

from pathlib import Path

__all__ = ["put_into_force"]


def put_into_force(path: Path | None) -> Path | None:
    """Reads the key, and has names replaced everywhere; ends with a message if it can't be used."""
    if path is None:
        return None
    import platform

    from codecommit_doctor.cli.messages import stop
    from codecommit_doctor.probes.key_file import UnusableKey, read_key
    from codecommit_doctor.redaction import Pseudonyms, use
    from codecommit_doctor.redaction.inventory import persons_name

    try:
        names = Pseudonyms(read_key(path))
    except UnusableKey as reason:
        stop(f"the key file {path} can't be used: {reason}")
    node = platform.node()
    for name in (node, node.partition(".")[0]):
        names.learn("host", name)
    if user := persons_name():
        names.learn("user", user)
    use(names)
    return path
