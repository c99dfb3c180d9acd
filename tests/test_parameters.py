"""The grammar of a parameter line, and one parser for every use of it."""

from fractions import Fraction
from pathlib import Path

import pytest
from papermill import inspect_notebook

from asprinted import parameters
from asprinted.parameters import (
    ParameterError,
    checked,
    closest,
    declared,
    from_cells,
    parse,
)

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [  # of the study, and no scratch or copy that JupyterLab has made
    p
    for p in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    if "-Copy" not in p.stem
]
CAP = "cap: float = 1 / 3  # (0, 1] ; share ; most for one country"
COUNT = "n: int = 3  # [0, 9] ; years ; how many"
WHETHER = "b: bool = True  # {True, False} ; choice ; whether"
WORD = "s: str = 'no'  # {yes, no, 1/2} ; choice ; whether"
TEXTS = 'texts: list[str] = ["a", "b"]  # {a, b, c} ; texts ; which count'


def one(line):
    (found,) = parse(line)
    return found


def test_every_part_of_a_line():
    cap = one(CAP)
    assert (cap.name, cap.type, cap.default) == ("cap", "float", 1 / 3)
    assert (cap.domain, cap.unit) == ("(0, 1]", "share")
    assert cap.meaning == "most for one country"
    assert Fraction(1, 3) in cap.range and 0 not in cap.range and 1 in cap.range


def test_comments_and_empty_lines_are_skipped():
    found = parse(f"# what moves\n\n{CAP}\n{TEXTS}\n")
    assert [p.name for p in found] == ["cap", "texts"]
    assert parse("") == []


def test_a_meaning_may_hold_an_equals_sign():
    assert one(f"{CAP}, with s = c").meaning.endswith("s = c")


@pytest.mark.parametrize(
    "line",
    [
        "cap = 0.5",
        "cap: float = 0.5",
        "cap: float = 0.5  # (0, 1]",
        "cap: float = 0.5  # (0, 1] ; share",
        "cap: float = 0.5  # (0, 1] ; share ; limit ; more",
        "cap: Literal[1] = 1  # {1} ; share ; limit",
        "cap: float | None = 1  # (0, 1] ; share ; limit",
        "Cap: float = 0.5  # (0, 1] ; share ; limit",
        "  cap: float = 0.5  # (0, 1] ; share ; limit",
        "cap: float = 0.5 # (0, 1] ; share ; limit",
        "cap: float = 2  # (0, 1] ; share ; limit",
        "cap: float = 0  # (0, 1] ; share ; limit",
        "cap: float = '0.5'  # (0, 1] ; share ; limit",
        "cap: float = 0.5  # 0 to 1 ; share ; limit",
        "cap: float = 0.5  # (1, 0) ; share ; limit",
        "cap: float = x  # (0, 1] ; share ; limit",
        "cap: float = 1 / 0  # (0, 1] ; share ; limit",
        "cap: float = )  # (0, 1] ; share ; limit",
        "cap: int = 0.5  # [0, 1] ; share ; limit",
        "cap: bool = 1  # {True, False} ; choice ; limit",
        "cap: str = 'd'  # {a, b} ; choice ; limit",
        "cap: str = 'd'  # (0, 1) ; choice ; limit",
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
        ("[\N{MINUS SIGN}0.2, 0.5]", [-0.2, 0.5, 0], [-0.21, 0.51]),
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
        (CAP, "3e\N{MINUS SIGN}1", 0.3),
        (CAP, ".5", 0.5),
        (CAP, 1, 1.0),
        (CAP, Fraction(1, 4), 0.25),
        (COUNT, "7", 7),
        (COUNT, 7.0, 7),
        (WHETHER, "false", False),
        (WHETHER, "True", True),
        (WORD, "yes", "yes"),
        (WORD, "1/2", "1/2"),
        (TEXTS, "c", ["c"]),
        (TEXTS, "c, a", ["c", "a"]),
        (TEXTS, ("b",), ["b"]),
    ],
)
def test_values_become_their_type(line, given, value):
    found = one(line).check(given)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("dash", ["\N{MINUS SIGN}", "\N{EN DASH}"])
def test_a_typographers_minus_is_a_minus(dash):
    p = one("x: float = 0.1  # [-0.2, 0.5] ; share ; growth")
    assert p.check(f"{dash}0.1") == -0.1


NOT_FLOATS = ["", "nan", "inf", "-inf", "1/0", "1_0", "0x1", "\u0663", "1e400", "1,0"]
NOT_FLOATS += ["½", "0.1\N{EN DASH}0.2", "0.5 ; rm", float("nan"), float("inf")]
NOT_FLOATS += [True, None, [], 10**400]
NOT_INTS = ["3.5", 3.5, "1_0", "", True, None, "three"]
NOT_BOOLS = [1, 0, "1", "yes", "", None]
NOT_LISTS = ["", [], "a,a", "a,", ["a", 1], None, 3, "d", ["a", "d"]]


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (line, value)
        for line, values in [
            (CAP, NOT_FLOATS),
            (COUNT, NOT_INTS),
            (WHETHER, NOT_BOOLS),
            (TEXTS, NOT_LISTS),
        ]
        for value in values
    ],
)
def test_other_values_are_refused_with_what_is_allowed(line, given):
    p = one(line)
    with pytest.raises(ParameterError) as caught:
        p.check(given)
    assert f"parameter {p.name}: {given!r} is not allowed" in str(caught.value)
    assert f"allowed: {p.type} in {p.domain}" in str(caught.value)


def test_a_misspelt_choice_is_answered_with_the_closest():
    with pytest.raises(ParameterError, match=r"did you mean 'yes'\?"):
        one(WORD).check("Yes")


def test_what_is_not_given_keeps_its_default():
    both = parse(f"{CAP}\n{TEXTS}")
    assert checked(both, {"cap": "0.5"}) == {"cap": 0.5, "texts": ["a", "b"]}


def test_a_default_that_was_taken_from_the_list_is_not_shared():
    (texts,) = parse(TEXTS)
    checked([texts], {})["texts"].append("c")
    assert texts.default == ["a", "b"]


def test_one_bad_value_or_name_refuses_all():
    both = parse(f"{CAP}\n{TEXTS}")
    with pytest.raises(ParameterError, match=r"parameter 'caps'; did you mean 'cap'\?"):
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


def test_declarations_come_from_the_cell_that_ran_last():
    edited = CAP.replace("1 / 3", "0.5")
    found = from_cells(["", "import math", CAP, "x = 1", edited, "y: int = 2"])
    assert [p.default for p in found.parameters] == [0.5]
    assert found.injected == []


def test_names_that_papermill_injected_are_told():
    injected = '# Parameters\nkap = 0.4\n_records = "somewhere"\nsources = ["a"]\n'
    found = from_cells(["", CAP, injected, "z = 1"])
    assert found.injected == ["kap", "sources"]
    assert from_cells(["", injected, CAP]).injected == []


def test_a_cell_that_was_spoilt_is_named_and_not_passed_over():
    spoilt = CAP.replace("(0, 1]", "0 to 1")
    with pytest.raises(ParameterError, match="'0 to 1' cannot be read"):
        from_cells(["", CAP, spoilt])


def test_a_notebook_may_have_no_parameters():
    assert from_cells(["", "x: int = 1", "print()"]) == ([], [])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_papermill_sees_the_same_parameters(path):
    """The names, types and defaults of `papermill --help-notebook`, in order."""
    ours, theirs = declared(path, ["x2020"]), inspect_notebook(str(path))
    assert list(theirs) == [p.name for p in ours]
    for p in ours:
        seen = theirs[p.name]
        assert seen["inferred_type_name"] == p.type
        assert p.check(parameters.literal(seen["default"])) == p.default
        said = seen["help"].replace("{texts}", "{x2020}")
        assert said.split(" ; ") == [p.domain, p.unit, p.meaning]


def test_the_texts_are_those_of_the_study():
    line = 'sources: list[str] = ["all"]  # {texts} ; texts ; texts that count'
    (found,) = parse(line, ["x2020", "y2021"])
    assert found.default == found.check("all") == ["x2020", "y2021"]
    assert found.check("y2021") == ["y2021"]
    with pytest.raises(ParameterError, match=r"in \{x2020, y2021\}; did you mean"):
        found.check("y2020")
    with pytest.raises(ParameterError):  # a study without texts
        parse(line)
