# One word each, the same on a desk and in CI: make demo · test · check · golden · bench · torture · docs · lock
# All that is needed beforehand is make and a Python of at least 3.11.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CASE ?= binh-dinh-2025-02

.PHONY: demo test check format golden bench torture docs words samples lock setup clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(READY) ## play a sample case in demo/ and show what it made
	$(BIN)/python -m nvbatch demo demo --case $(CASE)

test: $(READY) ## all tests
	$(BIN)/python -m pytest

check: $(READY) ## format, lint, types, tests, generated pages fresh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: $(READY) ## put the code in its house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(READY) ## write the golden texts anew (then read the diff)
	$(BIN)/python -m pytest --golden

bench: $(READY) ## stage times beside the peer script; FILES=500 PAIRS=1 GROW=1; WRITE=1 also writes docs/performance.md
	$(BIN)/python -m tests.bench $(if $(FILES),--files $(FILES)) $(if $(PAIRS),--pairs $(PAIRS)) $(if $(GROW),--grow) $(if $(WRITE),--write)

torture: $(READY) ## what tries to break it, for hours: POINTS=50 for less, KIND="kill attacks" for some
	$(BIN)/python -m tests.torture $(if $(POINTS),--points $(POINTS)) $(KIND)

docs: $(READY) ## write the generated pages anew
	$(BIN)/python -m nvbatch rules --markdown > docs/rules.md.part
	mv docs/rules.md.part docs/rules.md
	$(BIN)/python -m nvbatch.cli.reference docs/reference

words: $(READY) ## compile the command line's words after a change in nvbatch/locale
	$(BIN)/pybabel -q compile -d nvbatch/locale -D nvbatch

samples: $(READY) ## make the sample workbooks anew
	$(BIN)/python sample_workbooks/make_samples.py

lock: $(READY) ## pin the newest versions that fit pyproject.toml
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev pyproject.toml \
		--upgrade --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock

setup: $(READY) ## make .venv with everything pinned in requirements.lock

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "nvbatch needs Python 3.11 or newer; none was found. Set PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q nvbatch # also where the surroundings forbid Python to keep what it has compiled
	@touch $@

clean: ## remove what make made (not the sources, not a workspace)
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
