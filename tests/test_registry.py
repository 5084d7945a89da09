"""Checks are found, and one that does not fit harms no other."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from codecommit_doctor.check import CATEGORIES, Check, Result, check, passed
from codecommit_doctor.engine import registry
from codecommit_doctor.engine.registry import Broken, Catalogue, CatalogueError, assemble, load
from codecommit_doctor.rules.page import HEADINGS, sections
from tests.conftest import ROOT

GOOD = check(id="good", title="Good?", why="", source="https://x.test/")(lambda: passed("fine"))
NO_CHECK = "a mere text"


def make(id: str, *after: str, by: str | None = None) -> Check:
    return Check(id, f"{id}?", "", "", lambda: passed("fine"), after, distribution=by)


def ids(catalogue: Catalogue) -> list[str]:
    return [check.id for check in catalogue.checks]


def test_every_file_in_the_folder_of_checks_is_found() -> None:
    files = {path.stem for path in (ROOT / "checks").glob("[!_]*.py")}
    catalogue = load()
    assert {check.id.replace("-", "_") for check in catalogue.checks} == files
    assert catalogue.broken == ()
    assert {check.distribution for check in catalogue.checks} == {None}


def test_built_in_checks_are_documented_and_name_a_document() -> None:
    for found in load().checks:
        assert found.source.startswith("https://"), found.id
        assert found.why.endswith((".", "?")), found.id
        assert tuple(sections(found.page)) == HEADINGS, found.id


def test_prerequisites_stand_first_and_the_order_is_always_the_same() -> None:
    checks = [make("c", "b"), make("z"), make("b", "a", "z"), make("a")]
    catalogue = assemble(checks, [])
    assert ids(catalogue) == ids(assemble(checks[::-1], []))
    for found in catalogue.checks:
        assert all(ids(catalogue).index(a) < ids(catalogue).index(found.id) for a in found.after)


def test_two_built_in_checks_of_one_name_are_refused() -> None:
    with pytest.raises(CatalogueError, match="more than one check is called twin"):
        assemble([make("twin"), make("twin")], [])


def test_built_in_check_after_an_unknown_one_is_refused() -> None:
    with pytest.raises(CatalogueError, match="one: comes after ghost, which nobody has"):
        assemble([make("one", "ghost")], [])


def test_cycle_of_built_in_checks_is_refused_and_named() -> None:
    with pytest.raises(CatalogueError) as caught:
        assemble([make("one", "two"), make("two", "three"), make("three", "one")], [])
    assert all(name in str(caught.value) for name in ("one", "two", "three", "->"))


def test_check_after_itself_is_refused() -> None:
    with pytest.raises(CatalogueError, match="one -> one"):
        assemble([make("one", "one")], [])


def test_plugin_can_not_take_the_name_of_a_built_in_check() -> None:
    catalogue = assemble([make("one")], [make("one", by="plugin")])
    assert [found.distribution for found in catalogue.checks] == [None]
    reason = "codecommit-doctor has a check one already"
    assert catalogue.broken == (Broken("plugin:one", "plugin", reason),)


def test_of_two_plugins_with_one_name_the_other_is_told_who_has_it() -> None:
    catalogue = assemble([], [make("one", by="first"), make("one", by="second")])
    assert [found.distribution for found in catalogue.checks] == ["first"]
    assert [(b.distribution, b.reason) for b in catalogue.broken] == [
        ("second", "first has a check one already")
    ]


def test_plugin_after_an_unknown_check_is_set_aside_with_all_that_rest_on_it() -> None:
    plugins = [make("p", "ghost", by="d"), make("q", "p", by="d"), make("r", "one", by="d")]
    catalogue = assemble([make("one")], plugins)
    assert ids(catalogue) == ["one", "r"]
    assert {b.id: b.reason for b in catalogue.broken} == {
        "p": "comes after ghost, which nobody has",
        "q": "comes after p, which nobody has",
    }


def test_cycle_of_plugins_is_set_aside_and_the_rest_stays() -> None:
    plugins = [make("p", "q", by="d1"), make("q", "p", by="d2"), make("r", by="d3")]
    catalogue = assemble([make("one")], plugins)
    assert ids(catalogue) == ["one", "r"]
    assert {(b.id, b.distribution) for b in catalogue.broken} == {("p", "d1"), ("q", "d2")}
    assert all("checks wait for each other" in b.reason for b in catalogue.broken)


def entry(value: str, name: str = "point") -> EntryPoint:
    return EntryPoint(name, value, registry.GROUP)


def test_entry_point_that_leads_to_a_check_is_taken() -> None:
    checks, broken = registry._plugins([entry(f"{__name__}:GOOD")])
    assert [(found.id, found.distribution) for found in checks] == [("good", f"{__name__}:GOOD")]
    assert broken == []


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_module:x", "ModuleNotFoundError"),
        (f"{__name__}:no_such_name", "AttributeError"),
        (f"{__name__}:NO_CHECK", "is not a check but str"),
        (f"{__name__}:make", "is not a check but function"),
    ],
)
def test_entry_point_that_leads_nowhere_is_told(value: str, reason: str) -> None:
    checks, broken = registry._plugins([entry(value), entry(f"{__name__}:GOOD")])
    assert [found.id for found in checks] == ["good"]
    assert [(b.id, reason in b.reason) for b in broken] == [("point", True)]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit('needs a licence')", "SystemExit: needs a licence"),
        ("def f(:\n", "SyntaxError"),
        ("import module_that_nobody_has", "ModuleNotFoundError"),
        ("from codecommit_doctor.check import check\ncheck(id='Bad Id', title='', why='', "
         "source='')(lambda: None)", "the id 'Bad Id' is not in kebab-case"),
        ("from codecommit_doctor.check import check\ncheck(id='x', title='', why='', "
         "source='')(lambda nonsense: None)", "x asks for nonsense; a check can read aws"),
        ("from codecommit_doctor.check import check\ncheck(id='x', title='', why='', "
         "source='', after='git-version')(lambda: None)", "after must be a tuple of ids"),
    ],
)  # fmt: skip
def test_plugin_that_breaks_on_import_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest,
    code: str, reason: str,
) -> None:  # fmt: skip
    name = f"plugin_{abs(hash(request.node.name))}"
    (tmp_path / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    checks, broken = registry._plugins([entry(f"{name}:x")])
    assert checks == []
    assert reason in broken[0].reason


def test_selection_keeps_the_order_and_knows_the_broken() -> None:
    catalogue = Catalogue((make("a"), make("b"), make("c")), (Broken("x", "d", "why"),))
    assert ids(catalogue.select(["c", "a"], [])) == ["a", "c"]
    assert catalogue.select(["c", "a"], []).broken == ()
    assert ids(catalogue.select([], ["b"])) == ["a", "c"]
    assert catalogue.select(["x"], []) == Catalogue((), catalogue.broken)
    with pytest.raises(KeyError, match="ghost"):
        catalogue.select(["ghost"], [])
    with pytest.raises(KeyError, match="ghost"):
        catalogue.select([], ["ghost"])


def test_get_finds_by_id() -> None:
    catalogue = Catalogue((make("a"),))
    assert catalogue.get("a") is catalogue.checks[0]
    assert catalogue.get("b") is None


def test_a_built_in_check_that_does_not_load_takes_no_other_with_it() -> None:
    broken = [Broken("lost", "codecommit-doctor", "could not be loaded")]
    catalogue = assemble([make("a", "lost"), make("b", "a")], [], broken)
    assert ids(catalogue) == ["a", "b"]
    assert [entry.id for entry in catalogue.broken] == ["lost"]


def test_decorated_function_names_what_it_reads() -> None:
    def function(target: object, git: object) -> Result:
        """The page."""
        return passed("fine")

    made = check(id="a-b2", title="", why="", source="", after=("x",))(function)
    assert (made.reads, made.after) == (("target", "git"), ("x",))
    assert made.page.startswith("# a-b2: \n\nThe page.\n\n## How it looks\nComes after: x\n\n")
    assert made.page.endswith("\n\n## Source\n<>\n")


def test_each_built_in_check_has_a_category() -> None:
    built_in = [check for check in load().checks if check.distribution is None]
    assert len(built_in) >= 30
    assert [check.id for check in built_in if check.category not in CATEGORIES] == []
