"""``python -m tests.fixes.layouts``: every fault that a fix mends, wherever it may be written.

A layout is a fault, a place of git's configuration that holds it, and a dress of that file. Where
git gets no good password because of it, ``--fix`` has to mend it, to keep every other byte, to
change nothing the second time, and to be undone by ``undo``. What stands in no file, or in one that
may not be written, is left as it is, and the user is told what to do instead.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from tests.conftest import CREDENTIALS, Finished, Sandbox
from tests.fixes.layout import SYSTEM, Layout, all_layouts
from tests.fixes.patients import fixed, ill, keeper, outcomes, snapshot

__all__ = ["play"]

_ROUNDS = 3
"""How often --fix is repeated: one fix may bring the next one to light."""


def _path(sandbox: Sandbox, name: str) -> Path:
    return sandbox.system_config if name == SYSTEM else sandbox.home / name


def _arrange(sandbox: Sandbox, layout: Layout) -> Path:
    """Makes the machine; the folder where git is used."""
    fault, place, dress = layout.fault, layout.place, layout.dress
    ill(sandbox, "")
    (sandbox.home / ".gitconfig").unlink()
    sandbox.write(".aws/credentials", CREDENTIALS + _profiles())
    keeper(sandbox)
    sandbox.git("symbolic-ref", "HEAD", "refs/heads/main")
    if place.folder == "other":
        who = ("-c", "user.name=x", "-c", "user.email=x@y")
        sandbox.git(*who, "commit", "--quiet", "--allow-empty", "-m", "x")
        sandbox.git("worktree", "add", "--quiet", str(sandbox.home / "other"))
    for name, text in ((place.others, fault.others), (place.leader, place.lead)):
        _append(_path(sandbox, name), text)
    sandbox.env |= {name: str(sandbox.home / value) for name, value in place.variables}
    if not place.file:
        sandbox.env |= _variables(place.name, _pairs(fault.lines))
        return sandbox.home / place.folder
    path = _path(sandbox, place.file)
    text = path.read_text("utf-8") if path.is_file() else ""
    if dress.link:
        path.unlink(missing_ok=True)
        real = sandbox.home / "dotfiles" / "real"
        real.parent.mkdir()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(os.path.relpath(real, path.parent))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dress.change(text + fault.lines).encode())
    path.chmod(dress.mode)
    sandbox.obeys_modes = not dress.mode & stat.S_IWUSR
    return sandbox.home / place.folder


def _profiles() -> str:
    return "".join(
        CREDENTIALS.replace("[default]", f"\n[{name}]") for name in ("My Profile", "my-profile")
    )


def _append(path: Path, text: str) -> None:
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)


def _pairs(lines: str) -> list[tuple[str, str]]:
    """The settings of a text, by git itself."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config"
        file.write_text(lines, "utf-8")
        words = ["git", "config", "--file", str(file), "--list", "-z"]
        listed = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    return [(k, v) for k, _, v in (item.partition("\n") for item in listed.split("\0")[:-1])]


def _variables(name: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The same settings in the variables of git."""
    if name == "parameters":
        quoted = (f"{k}={v}".replace("'", "'\\''").replace("!", "'\\!'") for k, v in pairs)
        return {"GIT_CONFIG_PARAMETERS": " ".join(f"'{pair}'" for pair in quoted)}
    found = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (key, value) in enumerate(pairs):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def play(layout: Layout, sandbox: Sandbox) -> list[str] | None:
    """What the doctor did wrong, in words; None where git works in spite of the fault."""
    folder = _arrange(sandbox, layout)
    if layout.fault.is_cured(sandbox, folder):
        return None
    return list(_judged(layout, sandbox, folder))


def _judged(layout: Layout, sandbox: Sandbox, folder: Path) -> Iterator[str]:
    fault = layout.fault
    before, modes = snapshot(sandbox), _modes(sandbox)
    look = sandbox.examine(cwd=folder)
    named = look.with_status("fail", "warn") & fault.checks
    if not named:
        yield f"{sorted(fault.checks)} not named: {_wrong(look)}"
    if snapshot(sandbox) != before:
        yield "looking changed a file"
    words = ("--unsafe-fixes",) if fault.unsafe else ()
    for _ in range(_ROUNDS):
        done = fixed(sandbox, *words, cwd=folder)
        if is_cured := fault.is_cured(sandbox, folder):
            break
    after = snapshot(sandbox)
    said = f"{outcomes(done)} {_wrong(done)} {done.err}"
    if not is_cured and (layout.is_writable or after != before):
        yield f"not mended, {len(set(after.items()) - set(before.items()))} files changed: {said}"
    if not is_cured and not layout.is_writable:
        yield from _told(layout, look, named)
    yield from _kept(before, after)
    if modes.items() - _modes(sandbox).items():
        yield "a link or a mode is not what it was"
    again = fixed(sandbox, *words, cwd=folder)
    if snapshot(sandbox) != after:
        yield f"the second --fix changes more: {outcomes(again)}"
    while sandbox.doctor("undo", cwd=folder).code == 0:
        pass
    if snapshot(sandbox) != before and fault.comes_back:
        yield f"undo leaves {sorted(str(p) for p, _ in snapshot(sandbox).items() ^ before.items())}"


def _told(layout: Layout, look: Finished, named: set[str]) -> Iterator[str]:
    """What no fix mends has a step for the user; what stands in no file has no fix at all."""
    for check in named:
        result = look.results[check]
        if not result["advice"]:
            yield f"{check} says nothing of what to do"
        lines = [step["command"] for step in result["advice"]]
        if layout.place.name == "counted" and "unset GIT_CONFIG_COUNT" not in lines:
            yield f"{check} has no line that takes the variables away: {lines}"
        if not layout.place.file and result["fix"]:
            yield f"{check} offers a fix that can't mend it: {result['fix']['title']}"


def _kept(before: dict[Path, bytes], after: dict[Path, bytes]) -> Iterator[str]:
    """All lines but the wrong ones, as they were, in the order they had."""
    for path, data in before.items():
        old, new = data.splitlines(keepends=True), after.get(path, b"").splitlines(keepends=True)
        is_crlf = data.count(b"\r\n") * 2 > data.count(b"\n")
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, False).get_opcodes():
            if kind == "equal":
                continue
            if lost := [line for line in old[i1:i2] if not _may_change(line, old, new)]:
                yield f"{path.name}: {lost} became {new[j1:j2]}"
            ended = [it for it in new[j1:j2] if it.endswith(b"\n")]
            if is_crlf and (bare := [it for it in ended if not it.endswith(b"\r\n")]):
                yield f"{path.name}: {bare} among lines that end in CRLF"


def _may_change(line: bytes, old: list[bytes], new: list[bytes]) -> bool:
    """Lines of helpers, paths and headers; and the last one, which gets its end."""
    text = line.decode("utf-8").lower()
    is_setting = any(word in text for word in ("helper", "httppath", "extraheader", "allow", "url"))
    if text.lstrip("\ufeff").startswith("[http"):
        return True  # git takes a section away whose last setting goes
    is_last = line == old[-1] and any(it.startswith(line.rstrip(b"\r\n")) for it in new)
    return is_last or is_setting


def _modes(sandbox: Sandbox) -> dict[Path, tuple[int, str]]:
    return {
        path: (path.lstat().st_mode, str(path.readlink()) if path.is_symlink() else "")
        for path in snapshot(sandbox)
    }


def _wrong(done: Finished) -> str:
    return ", ".join(
        f"{id}: {result['summary']}"
        for id, result in done.results.items()
        if result["status"] in ("fail", "warn", "error")
    )


def main(words: list[str] | None = None) -> int:
    """Plays them, and prints what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fixes.layouts", description=__doc__)
    parser.add_argument("--count", type=int, help="how many, by chance (all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", default="1/1", metavar="N/OF", help="the Nth of so many shares")
    parser.add_argument("--only", default="", help="layouts whose name has this word")
    choice = parser.parse_args(words)
    found = [layout for layout in all_layouts() if choice.only in layout.name]
    if choice.count:
        found = random.Random(choice.seed).sample(found, min(choice.count, len(found)))
    number, of = map(int, choice.share.split("/"))
    found = found[number - 1 :: of]
    bad = healthy = 0
    for count, layout in enumerate(found, 1):
        folder = Path(tempfile.mkdtemp(prefix="layout-"))
        try:
            wrong = play(layout, Sandbox(folder))
        except AssertionError as error:
            wrong = [f"assertion: {error}"]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        healthy += wrong is None
        if wrong:
            bad += 1
            print(f"\n{count}/{len(found)} {layout.name}", *wrong, sep="\n  ", flush=True)
    print(f"{len(found)} layouts, {healthy} of them no fault, {bad} answered wrongly")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
