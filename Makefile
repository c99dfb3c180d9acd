# Plain Python 3.11 or newer and make are enough: every target sets up .venv itself.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
STAMP := .venv/installed
export PYTHONUTF8 = 1

.PHONY: help reports test test-slow check audit lab notebooks readme sensitivity bench lock clean

help:
	@echo "make reports    build every report into reports/"
	@echo "make test       unit, property and data tests, and nbval over the notebooks"
	@echo "make test-slow  what starts many kernels: rebuilds, forked kernels, sweeps, a cluster"
	@echo "make check      the fast half: ruff, types, data"
	@echo "make audit      every page in headless Chromium (needs node, Chromium and Java)"
	@echo "make lab        open JupyterLab on the notebooks"
	@echo "make notebooks  re-execute the notebooks with their defaults and write the outputs back"
	@echo "make readme     write the verdicts into README.md, and data/README.md"
	@echo "make sensitivity  every verdict with each parameter at both ends of its range"
	@echo "make bench      measure builds and sweeps against the stock commands"
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
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval --nbval-sanitize-with tests/nbval.cfg notebooks

test-slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

check: $(STAMP)
	$(BIN)/ruff check lib tests
	$(BIN)/ruff format --check lib tests
	$(BIN)/mypy
	$(BIN)/thirdneighbor check

audit: $(STAMP)
	$(BIN)/python -m pytest -rs tests/audit/audit.py

lab: $(STAMP)
	$(BIN)/jupyter lab notebooks

notebooks: $(STAMP)
	$(BIN)/python -c "import sys; from thirdneighbor.reporting import project, store; sys.exit('\n'.join(store.refresh(project.open_project(None))) or None)"

readme: $(STAMP)
	$(BIN)/python -c "from pathlib import Path; from thirdneighbor.reporting import documents; documents.fill(Path('.'))"
	$(BIN)/python -c "from pathlib import Path; from thirdneighbor.reporting import documents; documents.write_data_readme(Path('data'))"

sensitivity: $(STAMP)
	$(BIN)/python -c "import sys; from thirdneighbor.reporting import project, sweep; sys.exit(1 if sweep.sensitivity(project.open_project(None)) else 0)"

bench: $(STAMP)
	$(BIN)/python tests/bench.py

lock:
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 -o requirements.lock

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', 'build')]"
