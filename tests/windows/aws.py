"""What Git and the doctor ask of the AWS CLI, for scenarios about something else.

The real AWS CLI takes seconds to start under wine. This one starts at once, signs as the real one
does, and prints the real one's words; ``test_machine.py`` holds the two against each other.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sys
import time
from configparser import RawConfigParser

VERSION = "aws-cli/2.31.0 Python/3.13.7 Windows/10 exe/AMD64"
_PREFIX = "aws: error: "


def main() -> int:
    words = sys.argv[1:]
    if words == ["--version"]:
        print(VERSION)
        return 0
    profile = os.environ.get("AWS_PROFILE", "default")
    while words and (option := next((w for w in words if w.startswith("--")), None)):
        at = words.index(option)
        name, equals, value = option.partition("=")
        if name == "--profile":
            profile = value if equals else words[at + 1]
        del words[at : at + (1 if equals else 2)]
    if words[:2] != ["codecommit", "credential-helper"]:
        return _fail(252, f"argument command: Found invalid choice '{' '.join(words[:1])}'")
    return _answer(profile) if words[2:] == ["get"] else 0


def _fail(code: int, words: str) -> int:
    print(f"\n{_PREFIX}{words}", file=sys.stderr)
    return code


def _answer(profile: str) -> int:
    asked = dict(line.split("=", 1) for line in sys.stdin.read().splitlines() if "=" in line)
    if "path" not in asked:
        return _fail(255, "'path'")
    files = RawConfigParser()  # reads in the code page of Windows
    files.read([_named("AWS_SHARED_CREDENTIALS_FILE"), _named("AWS_CONFIG_FILE")])
    section = profile if files.has_section(profile) else f"profile {profile}"
    if not files.has_section(section):
        return _fail(255, f"The config profile ({profile}) could not be found")
    key = files.get(section, "aws_access_key_id", fallback=None)
    if key is None:
        return _fail(253, "Unable to locate credentials. You can configure credentials by running ")
    secret = files.get(section, "aws_secret_access_key")
    password = signed(secret, asked["host"], asked["path"], time.gmtime())
    sys.stdout.buffer.write(f"username={key}\npassword={password}\n".encode())  # no \\r
    return 0


def _named(variable: str) -> str:
    usual = "~/.aws/config" if variable == "AWS_CONFIG_FILE" else "~/.aws/credentials"
    return os.path.expanduser(os.path.expandvars(os.environ.get(variable) or usual))


def signed(secret: str, host: str, path: str, now: time.struct_time) -> str:
    """The password: SigV4 over the method GIT, the path and the host, without a payload."""
    stamp, region = time.strftime("%Y%m%dT%H%M%S", now), host.split(".")[1]
    request = f"GIT\n/{path}\n\nhost:{host}\n\nhost\n"
    scope = f"{stamp[:8]}/{region}/codecommit/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    return f"{stamp}Z{hmac.new(key, text.encode(), 'sha256').hexdigest()}"


if __name__ == "__main__":
    sys.exit(main())
