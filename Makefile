# Everything runs in .venv, which the first target that needs it makes from the lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
BENCH := .bench
EXAMPLE := example

.DEFAULT_GOAL := help
.PHONY: help setup plan test check notebooks docs bench lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## make the environment in .venv from the lock

# uv is installed first, by its own hash from the lock; where it has no build for the machine, pip does the rest.
$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "Python 3.11 or newer is needed; %s is Python %d.%d. Run: make PYTHON=/path/to/python3.11" % (sys.executable, v[0], v[1]))'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock \
		|| echo "uv is not available here: installing with pip instead"
	@if test -x $(BIN)/uv; then VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock; \
		else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; fi
	@if test -x $(BIN)/uv; then VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .; \
		else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@touch $(STAMP)

plan: $(STAMP)  ## write the example folder and run a full quarterly plan on it
	@test -f $(EXAMPLE)/plan.toml || $(BIN)/opex init $(EXAMPLE)
	@$(BIN)/opex plan $(EXAMPLE)/plan.toml

test: $(STAMP)  ## run all tests, the docstring examples and the notebooks
	@$(BIN)/python -m pytest
	@$(BIN)/python -m pytest --nbmake notebooks

check: $(STAMP)  ## linter, formatter, type checker, import rules, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell

docs: $(STAMP)  ## build the documentation into docs/_build/html
	@rm -rf docs/reference/generated
	@$(BIN)/sphinx-build -n -W --keep-going -b html docs docs/_build/html

bench: $(STAMP)  ## install the peers into .bench and run every benchmark quickly
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BIN)/uv pip sync --quiet --python $(BENCH)/bin/python --require-hashes benchmarks/peers.lock
	@for name in queueing simulation turnaround forecasting frontier block_bound staffing; do $(BENCH)/bin/python -m benchmarks.$$name --quick || exit 1; done

lock: $(STAMP)  ## write the locks anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras --group dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet --upgrade -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml benchmarks/peers.in --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet --upgrade -o benchmarks/peers.lock

clean:  ## remove the environments, the example and everything built
	@rm -rf $(VENV) $(BENCH) $(EXAMPLE) build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
