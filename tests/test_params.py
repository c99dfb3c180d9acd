"""The grammar of a parameter line, and one parser for every use of it."""

from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from papermill import inspect_notebook

from thirdneighbor import params
from thirdneighbor.cli import main
from thirdneighbor.params import ParameterError, checked, closest, declared, parse
from thirdneighbor.reporting import sweep

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CAP = "cap: float = 1 / 3  # (0, 1] ; share ; most for one country"
TEXTS = 'texts: list[str] = ["a", "b"]  # {a, b, c} ; texts ; which count'


def one(line):
    (found,) = parse(line)
    return found


def test_every_part_of_a_line():
    cap = one(CAP)
    assert (cap.name, cap.type, cap.default) == ("cap", "float", 1 / 3)
    assert (cap.domain, cap.unit, cap.meaning) == ("(0, 1]", "share", "most for one country")
    assert Fraction(1, 3) in cap.range and 0 not in cap.range and 1 in cap.range


def test_comments_and_empty_lines_are_skipped():
    assert [p.name for p in parse(f"# what moves\n\n{CAP}\n{TEXTS}\n")] == ["cap", "texts"]
    assert parse("") == []


@pytest.mark.parametrize(
    "line",
    [
        "cap = 0.5",
        "cap: float = 0.5",
        "cap: float = 0.5  # (0, 1]",
        "cap: float = 0.5  # (0, 1] ; share",
        "cap: float = 0.5  # (0, 1] ; share ; limit ; more",
        "cap: float = 0.5  # (0, 1] ; share ; limit where s = c",
        "cap: Literal[1] = 1  # {1} ; share ; limit",
        "cap: float | None = 1  # (0, 1] ; share ; limit",
        "Cap: float = 0.5  # (0, 1] ; share ; limit",
        "  cap: float = 0.5  # (0, 1] ; share ; limit",
        "cap: float = 0.5 # (0, 1] ; share ; limit",
        "cap: float = 2  # (0, 1] ; share ; limit",
        "cap: float = 0  # (0, 1] ; share ; limit",
        "cap: float = 0.5  # 0 to 1 ; share ; limit",
        "cap: float = 0.5  # (1, 0) ; share ; limit",
        "cap: float = x  # (0, 1] ; share ; limit",
        "cap: float = 1 / 0  # (0, 1] ; share ; limit",
        "cap: float = )  # (0, 1] ; share ; limit",
        "cap: int = 0.5  # [0, 1] ; share ; limit",
        "cap: bool = 1  # {True, False} ; choice ; limit",
        "cap: str = 'd'  # {a, b} ; choice ; limit",
        "cap: list[str] = []  # {a, b} ; choice ; limit",
        "cap: list[str] = [1]  # {a, b} ; choice ; limit",
        f"{CAP}\n{CAP}",
    ],
)
def test_a_line_off_the_grammar_is_refused(line):
    with pytest.raises(ParameterError):
        parse(line)


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        ("(0, 1)", [0.5], [0, 1]),
        ("[0, 1)", [0, 0.5], [1, -0.1]),
        ("(0, 1]", [1, 0.5], [0, 1.0001]),
        ("[0, 1]", [0, 1], [-1e-9, 1 + 1e-9]),
        ("[-0.2, 0.5]", [-0.2, 0.5, 0], [-0.21, 0.51]),
    ],
)
def test_ends_of_a_range_are_in_or_out(domain, inside, outside):
    p = one(f"x: float = 0.5  # {domain} ; share ; limit")
    for value in inside:
        assert p.check(value) == value and p.check(repr(value)) == value
    for value in outside:
        for given in (value, repr(value)):
            with pytest.raises(ParameterError, match="parameter x"):
                p.check(given)


@pytest.mark.parametrize(
    ("line", "given", "value"),
    [
        (CAP, "1/3", 1 / 3),
        (CAP, " 1 / 3 ", 1 / 3),
        (CAP, "3e-1", 0.3),
        (CAP, ".5", 0.5),
        (CAP, 1, 1.0),
        (CAP, Fraction(1, 4), 0.25),
        ("n: int = 3  # [0, 9] ; years ; how many", "7", 7),
        ("n: int = 3  # [0, 9] ; years ; how many", 7.0, 7),
        ("b: bool = True  # {True, False} ; choice ; whether", "false", False),
        ("b: bool = True  # {True, False} ; choice ; whether", "True", True),
        ("s: str = 'no'  # {yes, no} ; choice ; whether", "yes", "yes"),
        (TEXTS, "c", ["c"]),
        (TEXTS, "c, a", ["c", "a"]),
        (TEXTS, ("b",), ["b"]),
    ],
)
def test_values_become_their_type(line, given, value):
    found = one(line).check(given)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (CAP, value)
        for value in ("", "nan", "inf", "-inf", "1/0", "1_0", "0x1", "\u0663", "1e400", "1,0", "½")
    ]
    + [(CAP, value) for value in (float("nan"), float("inf"), True, None, [], "0.5 ; rm", 10**400)]
    + [
        ("n: int = 3  # [0, 9] ; years ; how many", value)
        for value in ("3.0", 3.5, "1_0", "", True, None, "three")
    ]
    + [
        ("b: bool = True  # {True, False} ; choice ; whether", value)
        for value in (1, 0, "1", "yes", "", None)
    ]
    + [(TEXTS, value) for value in ("", [], "a,a", "a,", ["a", 1], None, 3, "d", ["a", "d"])],
)
def test_other_values_are_refused_with_what_is_allowed(line, given):
    p = one(line)
    with pytest.raises(ParameterError) as caught:
        p.check(given)
    assert f"parameter {p.name}: " in str(caught.value)
    assert f"allowed: {p.type} in {p.domain}" in str(caught.value)


def test_what_is_not_given_keeps_its_default():
    both = parse(f"{CAP}\n{TEXTS}")
    assert checked(both, {"cap": "0.5"}) == {"cap": 0.5, "texts": ["a", "b"]}


def test_one_bad_value_or_name_refuses_all():
    both = parse(f"{CAP}\n{TEXTS}")
    with pytest.raises(ParameterError, match=r"unknown parameter 'caps'; did you mean 'cap'\?"):
        checked(both, {"texts": "a", "caps": "0.5"})
    with pytest.raises(ParameterError, match="'2' is not allowed"):
        checked(both, {"texts": "a", "cap": "2"})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cpa", "did you mean 'cap'?"),
        ("CAP", "did you mean 'cap'?"),
        ("zon", "did you mean 'horizon'?"),
        ("qqqq", "known are horizon, cap"),
    ],
)
def test_the_closest_name(name, hint):
    assert closest(name, ["horizon", "cap"]) == hint


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_papermill_sees_the_same_parameters(path):
    """What `papermill --help-notebook` lists: the same names, types and defaults, in order."""
    ours, theirs = declared(path), inspect_notebook(str(path))
    assert list(theirs) == [p.name for p in ours]
    for p in ours:
        seen = theirs[p.name]
        assert seen["inferred_type_name"] == p.type
        assert params._literal(seen["default"]) == p.default
        assert seen["help"].split(" ; ") == [p.domain, p.unit, p.meaning]


HOUSE = ["hedge_width", "nearly_frac", "sources", "include_inferred", "alpha"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_house_parameters_stand_in_every_notebook(path):
    found = {p.name: (p.type, p.default, p.domain) for p in declared(path)}
    texts = ["irgengioro2022", "gungor2020", "diplomat2024", "caci2025", "yan2024"]
    assert [found[name] for name in HOUSE] == [
        ("float", 1.0, "[0.5, 3]"),
        ("float", 0.1, "[0.02, 0.5]"),
        ("list[str]", texts, "{" + ", ".join(texts) + "}"),
        ("bool", True, "{True, False}"),
        ("float", 0.05, "[0.001, 0.2]"),
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_the_params_command_lists_every_parameter(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", "")
    shown = CliRunner().invoke(main, ["params", str(path)])
    assert shown.exit_code == 0
    flat = "".join(shown.stdout.split())
    for p in declared(path):
        assert p.name in shown.stdout
        assert "".join(p.domain.split())[:20] in flat


OWN = 'whole: str = "named"  # {named, printed} | (10, 20] ; choice or sum ; what is the whole'


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        ("named", None),
        ("printed", None),
        ("20", (20, 20)),
        (12, (12, 12)),
        ("10.5-20", (10.5, 20)),
        (" 1.5e+1 - 31/2 ", (15, 15.5)),
    ],
)
def test_a_name_or_a_number_of_ones_own(given, bounds):
    value = one(OWN).check(given)
    own = params.assumed(value)
    assert (own and (own.lo, own.hi)) == bounds


@pytest.mark.parametrize(
    "given", ["name", "10", "10-15", "20.1", "15-12", "15-", "-15", "12-13-14", "15/0", "", None]
)
def test_neither_a_name_nor_a_number_in_the_range(given):
    with pytest.raises(ParameterError, match=r"allowed: str in \{named, printed\} "):
        one(OWN).check(given)


def test_the_ends_of_names_and_numbers():
    """A hundredth of the range above 10 is 10.1."""
    assert sweep.one_at_a_time([one(OWN)]) == [
        {"whole": "printed"},
        {"whole": "10.1"},
        {"whole": "20.0"},
    ]
