"""Homebrew's formula: the sdist, and the sdists of all that it needs, in an environment."""

from __future__ import annotations

from tools.release.lock import locked, sdists
from tools.release.manifests.published import LICENSE, Published
from tools.release.source import HOMEPAGE, SUMMARY

__all__ = ["PYTHON", "formula"]

PYTHON = "3.13"

_FORMULA = """\
class CodecommitDoctor < Formula
  include Language::Python::Virtualenv

  desc "{summary}"
  homepage "{homepage}"
  url "{url}"
  sha256 "{sum}"
  license "{license}"

  depends_on "rust" => :build # pydantic-core
  depends_on "python@{python}"

{resources}
  def install
    virtualenv_install_with_resources
    man1.install Dir["man/*.1"]
    generate_completions_from_executable(bin/"codecommit-doctor", shell_parameter_format: :click)
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/codecommit-doctor --version")
    assert_match "use-http-path", shell_output("#{{bin}}/codecommit-doctor checks")
  end
end
"""

_RESOURCE = """\
  resource "{name}" do
    url "{url}"
    sha256 "{sum}"
  end
"""


def formula(release: Published) -> dict[str, str]:
    """Its text, by its path. Raises KeyError for a package of the lock that has no sdist there."""
    files = sdists()
    needed = [entry for entry in locked() if entry.is_for(PYTHON, "darwin")]
    resources = [
        _RESOURCE.format(name=name, url=files[name, version][0], sum=files[name, version][1])
        for name, version in sorted((e.requirement.name, e.version) for e in needed)
    ]
    text = _FORMULA.format(
        summary=SUMMARY[0].upper() + SUMMARY[1:],
        homepage=HOMEPAGE,
        url=release.sdist.url,
        sum=release.sdist.sum,
        license=LICENSE,
        python=PYTHON,
        resources="\n".join(resources),
    )
    return {"homebrew/Formula/codecommit-doctor.rb": text}
