"""A study of one's own begins as a copy of the example, and the example is whole."""

import hashlib
import json

import pytest
from click.testing import CliRunner
from small import ROOT, edit

from asprinted.cli import main
from asprinted.pages.engine import Cells
from asprinted.pages.project import open_project
from asprinted.tables import outdated

EXAMPLE = ROOT / "examples" / "referendum"
TEXT = (
    "Tuvara owes much. In 2023 its debt was about $45 million, more than three times "
    "what the state took in. China holds at least half of it.\n"
)


def invoke(*args):
    return CliRunner().invoke(main, args)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A new study, the working folder of the test."""
    found = tmp_path / "my study"
    done = invoke("new-study", str(found))
    assert done.exit_code == 0
    assert "check --sources texts" in done.stdout
    monkeypatch.chdir(found)
    monkeypatch.delenv("ASPRINTED_SOURCES", raising=False)
    return found


def test_the_example_is_whole_and_builds(folder):
    """Its four sentences get three verdicts in print, and the count settles one more.

    By hand: 54.6% of almost 60% is 29.5% to 32.8%, below one half and on both sides of
    three tenths; 1,489,110 of 2,726,739 votes are 54.61%, of 58.4% of all 31.9%.
    """
    done = invoke("check", "--sources", "texts")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "14 places verified" in done.stdout and "each in a table" in done.stdout
    done = invoke("report")
    assert (done.exit_code, done.stderr) == (0, "")
    page = (folder / "reports" / "01_vote.html").read_text("utf-8")
    assert "Most voters said yes, most citizens did not" in page and "<figure" in page
    rows = json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))
    found = {(row["prop_id"], row["reading"]): row["verdict"] for row in rows}
    assert found == {
        ("P1.1", "print"): "follows",
        ("P1.1", "statistics"): "follows",
        ("P1.2", "print"): "ruled_out",
        ("P1.2", "statistics"): "ruled_out",
        ("P1.3", "print"): "open",
        ("P1.3", "statistics"): "follows",
        ("P1.4", "print"): "no_figure",
    }
    index = (folder / "reports" / "index.html").read_text("utf-8")
    assert "The text<" in index and "One question, one answer<" in index


def test_a_new_study_is_the_example(folder):
    ours = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.*")}
    theirs = {p: (EXAMPLE / p).read_bytes() for p in ours}
    assert ours == theirs and len(ours) == 13
    assert "ruled_out" in invoke("trace", "ex_turnout_2002").stdout


def test_its_tables_are_recorded_though_they_describe_little(folder):
    assert "figures.csv: recorded" in invoke("check", "--record").stdout
    assert "nothing has changed" in invoke("check", "--record").stdout
    text = (folder / "data" / "README.md").read_text("utf-8")
    assert "# Figures of one short text" in text
    assert "CC0-1.0" in text and "Undefined" not in text and "Version" not in text


def test_its_sentences_follow_its_parameter(folder):
    """With a fifth as the line most citizens said yes, too."""
    space = Cells(folder / "notebooks" / "01_vote.ipynb").run({"line": 0.2})
    found = {(r["prop_id"], r["reading"]): r["verdict"] for r in space.records}
    assert found["P1.2", "print"] == found["P1.2", "statistics"] == "follows"
    assert space.found("block")[-1]["finding"][0].endswith("perhaps most citizens.")


def test_a_new_notebook_runs_with_its_row(folder):
    done = invoke("new", "water_price")
    assert done.exit_code == 0
    path = folder / "notebooks" / "02_water_price.ipynb"
    assert "notebooks/02_water_price.ipynb" in done.stdout
    assert list(open_project(folder).notebooks) == ["01_vote", "02_water_price"]
    (record,) = Cells(path).run({}).records
    assert (record["prop_id"], record["verdict"]) == ("P2.1", "follows")
    assert invoke("new", "wind").exit_code == 0
    assert (folder / "notebooks" / "03_wind.ipynb").is_file()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["new-study", "."], "is not empty"),
        (["new-study", "data/study.json"], "is not empty"),
        (["new", "01_water"], "is taken by 01_vote"),
    ],
)
def test_what_is_there_stays(folder, call, said):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    done = invoke(*call)
    assert done.exit_code == 2 and said in done.stderr
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_a_text_that_is_added_is_listed_with_its_row(folder):
    """The row of the text is ready to paste: with it, and no more, the text is known."""
    path = folder / "texts" / "tuvara2024.txt"
    path.write_text(TEXT, encoding="utf-8", newline="\n")
    said = invoke("check", "--text", str(path)).stdout
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (row,) = (line for line in said.splitlines() if line.startswith("tuvara2024,tuv"))
    assert row == f"tuvara2024,tuvara2024.txt,text,,,,,,,,{digest}"
    with (folder / "data" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(row.replace("text,,,,", "text,,2024,Islands in debt,") + "\n")
    done = invoke("check", "--sources", "texts")
    assert "14 places verified" in done.stdout
    assert done.exit_code == 2 and "tuvara2024, character" in done.stderr


def test_a_text_that_is_absent_is_named_and_the_others_are_verified(folder):
    row = "gone2020,gone2020.txt,text,,2020,Gone,,,,,\n"
    with (folder / "data" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    with (folder / "data" / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("gone_much,gone2020,3,Much is gone.,no,no,no,no_number\n")
    done = invoke("check", "--sources", "texts")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "14 places verified" in done.stdout
    assert "1 place not verified: texts has no gone2020.txt" in done.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "sources",
            "Example text,,,,",
            "Example text,,,9999,",
            "the end of example2026",
        ),
        (
            "figures",
            "first sentence,share_no",
            ",share_no",
            "in our words; row 3 has 'on the vote of 2002'",
        ),
        ("figures", "share_no,CHE", "debt,CHE", "in column quantity of limits.csv"),
        ("figures", "share_no,CHE", "share_no,CHN", "in column place_id of places.csv"),
        ("claims", "yes,background", "yes,", "propositions.csv tests ex_cantons: say"),
        ("claims", "yes,yes,yes,", "yes,yes,yes,advice", "but P1.1 does"),
        ("figures", "about 75%", "about 75", "exactly one unit is needed, found none"),
    ],
)
def test_a_stumble_is_answered_with_what_belongs_there(folder, file, old, new, said):
    edit(folder / "data" / f"{file}.csv", old, new)
    done = invoke("check", "--sources", "texts")
    assert done.exit_code == 2 and said in done.stderr


def test_an_empty_digest_is_offered(folder):
    digest = hashlib.sha256((EXAMPLE / "texts" / "example2026.txt").read_bytes())
    edit(folder / "data" / "sources.csv", digest.hexdigest(), "")
    done = invoke("check", "--sources", "texts")
    assert done.exit_code == 2
    assert f"for example2026.txt write {digest.hexdigest()}" in done.stderr


def test_a_further_text_counts_in_the_notebook_and_makes_it_stale(folder):
    """The list of texts is a row more of sources.csv, and a selection that is logged."""
    path = folder / "notebooks" / "01_vote.ipynb"
    (before,) = Cells(path).run({}).found("run")
    row = "other2021,other2021.txt,text,,2021,Other,,,,,\n"
    with (folder / "data" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    assert outdated(open_project(folder).tables, before["selections"]) == "sources"
    assert "{example2026, other2021}" in invoke("params", "1").stdout
    (after,) = Cells(path).run({}).found("run")
    assert after["parameters"]["sources"] == ["example2026", "other2021"]


def test_words_for_a_kind_of_publisher_are_the_study_s_own(folder):
    """Which column they go by is said in the settings, not in the library."""
    settings = json.loads((folder / "data" / "study.json").read_text(encoding="utf-8"))
    of = {"authors": {"Swiss Federal Chancellery": "the Chancellery’s count"}}
    settings["readings"]["statistics"]["of"] = of
    text = json.dumps(settings)
    (folder / "data" / "study.json").write_text(text, encoding="utf-8")
    records = Cells(folder / "notebooks" / "01_vote.ipynb").run({}).records
    chips = {(r["prop_id"], r["reading"]): r["chip"] for r in records}
    assert chips["P1.1", "statistics"] == "Follows from the Chancellery’s count"
    assert chips["P1.1", "print"] == "Follows from the printed figures"
