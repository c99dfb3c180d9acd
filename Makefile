# Plain Python 3.11 or newer and make are enough: every target sets up .venv itself.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
STAMP := .venv/installed
export PYTHONUTF8 = 1

.PHONY: help reports test test-slow check audit mutants soak scale lab notebooks record bench lock clean

help:
	@echo "make reports    build every report into reports/"
	@echo "make test       unit, property and data tests, and nbval over the notebooks"
	@echo "make test-slow  what starts many kernels: rebuilds, forked kernels, a cluster"
	@echo "make check      the fast half: ruff, types, data"
	@echo "make audit      every page in headless Chromium (needs node, Chromium and Java)"
	@echo "make mutants    break fifty places of the arithmetic, name what no test sees (SEED=1)"
	@echo "make lab        open JupyterLab at the root of the project"
	@echo "make notebooks  re-execute the notebooks with their defaults and write the outputs back"
	@echo "make record     note the tables as they are: their hashes, and data/README.md"
	@echo "make bench      measure builds and sweeps against the stock commands"
	@echo "make soak       kill and disturb two hundred builds; the pages must not tell"
	@echo "make scale      measure how time and memory grow with a study (docs/scale.md)"
	@echo "make lock       resolve requirements.lock anew (needs uv)"

$(STAMP): requirements.lock
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q -j 0 .venv lib || true
	$(BIN)/python -c "open('$(STAMP)', 'w').close()"

reports: $(STAMP)
	$(BIN)/thirdneighbor report

test: check
	$(BIN)/python -m pytest -n 2 -m "not slow"
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval --nbval-sanitize-with tests/nbval.cfg --ignore-glob="*-Copy*" --ignore-glob="*Untitled*" notebooks examples

test-slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

check: $(STAMP)
	$(BIN)/ruff check lib tests notebooks examples
	$(BIN)/ruff format --check lib tests notebooks examples
	$(BIN)/mypy
	$(BIN)/thirdneighbor check

audit: $(STAMP)
	$(BIN)/python -m pytest -rs tests/audit/audit.py tests/audit/lab.py tests/audit/injection.py

mutants: $(STAMP)
	$(BIN)/python tests/mutants.py --seed $(or $(SEED),1)

lab: export PATH := $(CURDIR)/$(BIN):$(PATH)
lab: $(STAMP)
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

notebooks: $(STAMP)
	$(BIN)/thirdneighbor refresh
	$(BIN)/asprinted refresh --study examples/referendum

record: $(STAMP)
	$(BIN)/thirdneighbor check --record

bench: $(STAMP)
	$(BIN)/python tests/bench.py

soak: $(STAMP)
	$(BIN)/python tests/soak.py

scale: $(STAMP)
	$(BIN)/python tests/scale.py

lock:
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 -o requirements.lock

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', 'build')]"
