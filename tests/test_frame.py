"""The frame files agree: pyproject.toml, the lock, environment.yml, and whatever calls make."""

import os
import re
import subprocess
import tomllib
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import yaml
from nbval.plugin import get_sanitize_patterns
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ["3.11", "3.12", "3.13"]
SYSTEMS = [("linux", "posix"), ("darwin", "posix"), ("win32", "nt")]
CONDA_NAMES = {"matplotlib": "matplotlib-base"}

# Put together from halves, so that this file passes its own scan.
INDEX_HOSTS = [
    f"{name}.{end}"
    for name, end in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("prefix", "dev"),
        ("npmjs", "org"),
    ]
]
# An absolute path, not the tail of a relative path or of a web address.
MACHINE_PATH = re.compile(
    r"(?:(?<![\w.~%)}\]/-])|(?<=file://))/(?:work|home|root|tmp|opt|Users)/[^\s\"'<>]*"
)
BASE64 = re.compile(
    r"[A-Za-z0-9+/]{120,}={0,2}"
)  # pictures and fonts: letters by chance


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))


def needed(*groups: list[str]) -> list[Requirement]:
    return [Requirement(text) for group in groups for text in group]


def run_time() -> list[Requirement]:
    """What the package needs to run and to be installed."""
    build = project()["build-system"]["requires"]
    return needed(project()["project"]["dependencies"], build)


def direct() -> list[Requirement]:
    """Every dependency that pyproject.toml names, extras included."""
    extras = project()["project"]["optional-dependencies"].values()
    return needed(project()["project"]["dependencies"], *extras)


@cache
def lock_entries() -> list[str]:
    """One line per pin of the lock: comments dropped, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", read("requirements.lock"), flags=re.M)
    return text.replace("\\\n", " ").splitlines()


@cache
def pins() -> list[Requirement]:
    return [Requirement(re.sub(r"\s--hash=\S+", "", entry)) for entry in lock_entries()]


def locked(name: str, python: str, system: tuple[str, str] = SYSTEMS[0]) -> str:
    """Return the one version that the lock holds for this Python and system."""
    where = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system[0],
        "os_name": system[1],
    }
    found = [
        str(pin.specifier).removeprefix("==")
        for pin in pins()
        if pin.name == name and (pin.marker is None or pin.marker.evaluate(where))
    ]
    assert len(found) == 1, (
        f"requirements.lock: {name} has {found} for {python} on {system[0]}"
    )
    return found[0]


@pytest.mark.parametrize("need", direct(), ids=str)
def test_direct_dependency_is_locked(need):
    """Each direct dependency has one pin that satisfies it, on every Python and system."""
    for python, system in product(PYTHONS, SYSTEMS):
        version = locked(need.name, python, system)
        assert need.specifier.contains(version), (
            f"the lock has {need.name} {version}, not {need}"
        )


def test_pythons_are_the_declared_ones():
    """The Pythons tested here, in the CI matrix and in environment.yml are those declared."""
    declared = SpecifierSet(project()["project"]["requires-python"])
    assert [
        p for p in (f"3.{minor}" for minor in range(30)) if p in declared
    ] == PYTHONS
    matrix = yaml.safe_load(read(".github/workflows/check.yml"))["jobs"]["check"][
        "strategy"
    ]
    assert matrix["matrix"]["python"] == PYTHONS
    assert SpecifierSet(conda()["python"]) == declared


def test_lock_is_exact_and_hashed():
    """Every entry of the lock is one exact version with sha256 hashes."""
    for entry, pin in zip(lock_entries(), pins(), strict=True):
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), f"{pin} is not exact"
        hashes = re.findall(r"--hash=(\S+)", entry)
        assert hashes, f"{pin.name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in hashes), pin.name


def test_lock_names_no_index():
    """The lock holds no address and no option but hashes."""
    assert not re.findall(r".*(?:://|@ ).*", read("requirements.lock"))
    options = re.findall(r"(?:^|\s)(--?[a-z][\w-]*)", "\n".join(lock_entries()))
    assert set(options) == {"--hash"}


def test_build_backend_is_locked():
    """The build backend is among the direct dependencies, hence in the lock."""
    backend = {Requirement(text) for text in project()["build-system"]["requires"]}
    assert backend
    assert backend <= set(direct()), (
        "build-system.requires and the extra `build` differ"
    )


def environment() -> dict:
    return yaml.safe_load(read("environment.yml"))


def conda() -> dict[str, str]:
    """Return conda name -> version constraint, "" where none is given."""
    lines = environment()["dependencies"]
    parsed = [re.fullmatch(r"([a-z0-9-]+) ?((?:[<>=]=?.+)?)", line) for line in lines]
    assert all(parsed) and len({m[1] for m in parsed}) == len(lines), lines
    return {m[1]: m[2] for m in parsed}


def test_environment_names_what_runs():
    """environment.yml has the run-time dependencies in the lock's versions, no others."""
    names = {need.name for need in run_time()}
    expected = {CONDA_NAMES.get(n, n): f"=={locked(n, PYTHONS[0])}" for n in names}
    python = {"python": conda()["python"], "pip": ""}
    assert conda() == expected | python


def test_environment_names_channels_only_by_name():
    """environment.yml and postBuild name no address, and the package keeps its name."""
    assert environment()["channels"] == ["conda-forge", "nodefaults"]
    assert "://" not in read("environment.yml") + read("postBuild")
    assert environment()["name"] == project()["project"]["name"]


def test_ci_runs_the_tests():
    """The CI script runs `make test` from the root, and is executable where that exists."""
    lines = [line for line in read(".ci/run").splitlines() if line.strip()]
    assert (
        lines[0].startswith("#!")
        and lines[1] == "set -eu"
        and lines[-1] == "exec make test"
    )
    if os.name == "posix":
        assert os.access(ROOT / ".ci/run", os.X_OK)
        assert os.access(ROOT / "postBuild", os.X_OK)


def test_every_make_target_called_exists():
    """The CI script, the workflow and the hooks call targets that the Makefile has."""
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.M))
    workflow = yaml.safe_load(read(".github/workflows/check.yml"))["jobs"]["check"][
        "steps"
    ]
    hooks = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"], (
        "a remote hook fetches when it runs"
    )
    entries = [hook["entry"] for hook in hooks[0]["hooks"]]
    assert all(entry.startswith("make ") for entry in entries), entries
    commands = [read(".ci/run"), *entries, *(step.get("run", "") for step in workflow)]
    called = re.findall(r"\bmake ([a-z-]+)", "\n".join(commands))
    assert {"test", "reports", "check"} <= set(called) <= targets


def test_version_is_the_same_everywhere():
    """CITATION.cff carries the version of pyproject.toml; the changelog is open."""
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == project()["project"]["version"]
    assert citation["license"] == project()["project"]["license"]
    assert "## [Unreleased]" in read("CHANGELOG.md")


def project_files() -> list[Path]:
    """Return the files that git tracks or would add; without git, all but what is built."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(
            command, cwd=ROOT, capture_output=True, check=True
        ).stdout
        paths = [ROOT / name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        built = {
            ".git",
            ".venv",
            "build",
            "dist",
            "node_modules",
            "texts",
            "__pycache__",
        }
        built |= {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
        paths = [
            p for p in ROOT.rglob("*") if not built & set(p.relative_to(ROOT).parts)
        ]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_machine_or_an_index():
    """No file of the project holds an index host or an absolute path of one machine."""
    files = project_files()
    assert Path(__file__).resolve() in files
    found = []
    for path in files:
        text = BASE64.sub("", path.read_text(encoding="utf-8", errors="replace"))
        hits = MACHINE_PATH.findall(text) + [
            host for host in INDEX_HOSTS if host in text
        ]
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in hits]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_path"),
    [
        ('"/{}/main/data"', True),
        ("file:///{}/x", True),
        ("PATH=/{}/bin", True),
        ("example.org/{}/page", False),
        ("../{}/x", False),
    ],
)
def test_scan_knows_a_path_from_an_address(text, is_path):
    """The scan finds absolute paths and leaves web addresses and relative paths alone."""
    assert bool(MACHINE_PATH.search(text.format("home"))) is is_path


DRAWING = "<svg viewBox='0 0 680 90'>\n<text>41%</text>\n</svg>"


@pytest.mark.parametrize(
    ("output", "masked"),
    [
        (DRAWING, True),
        (DRAWING + "\n", True),
        ("", False),
        ("<svg>", False),
        ("A bar of 41%", False),
        ("China 41%\n" + DRAWING, False),
        (DRAWING + "\nChina 41%", False),
        ('{"alt": "41%", "wide": "' + DRAWING + '"}', False),
    ],
)
def test_nbval_masks_drawings_only(output, masked):
    """The sanitizer masks an output that is a whole drawing, and nothing else."""
    seen = output
    for regex, replacement in get_sanitize_patterns(read("tests/nbval.cfg")):
        seen = re.sub(regex, replacement, seen)
    assert (seen == "<svg/>") is masked
    assert masked or seen == output
