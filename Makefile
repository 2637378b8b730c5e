# Everything a clone needs: `make demo` and `make test` set themselves up.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LIGHT ?= .venv-light

.PHONY: help setup demo test check fast light slow older docs bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(READY) ## make .venv and install Foresale with all that its tests need

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Foresale needs Python 3.11 or newer: make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	@touch $@

demo: setup ## a grocer's Thanksgiving and Christmas: forecast, what happened, why, and what to order
	$(BIN)/python examples/demo.py

test: check light slow older ## everything: the checks, the fast tests without torch, the slow ones, an older processor

check: setup ## format, lint, types, imports and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(MAKE) --no-print-directory fast

fast: setup
	$(BIN)/pytest -q -n auto -m "not slow"

light: $(LIGHT)/.ready ## the fast tests in an environment without torch, in which networks forecast and nothing learns
	$(LIGHT)/bin/pytest -q -n auto -m "not slow"

$(LIGHT)/.ready: pyproject.toml constraints.txt
	@test -x $(LIGHT)/bin/python || $(PYTHON) -m venv $(LIGHT)
	$(LIGHT)/bin/python -m pip install --quiet --constraint constraints.txt pip
	$(LIGHT)/bin/python -m pip install --quiet --constraint constraints.txt --editable . --group test
	@touch $@

slow: setup
	$(BIN)/pytest -q -m slow --durations 10

older: setup ## what learns in half precision, as on a processor without AVX-512
	ONEDNN_MAX_CPU_ISA=AVX2 $(BIN)/pytest -q tests/training/pretrain tests/models/test_precision.py \
		tests/cli/test_finetune.py tests/cli/test_commands.py -k "pretrain or precision or finetune"

docs: setup ## write docs/commands.md from the command line itself
	$(BIN)/python docs/commands.py

bench: setup ## run the benchmarks that need no data of their own
	$(BIN)/python benchmarks/import_time.py
	$(BIN)/python benchmarks/feasts.py
	$(BIN)/python benchmarks/large_panel.py

clean: ## remove what the targets above made
	rm -rf $(VENV) $(LIGHT) demo build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
