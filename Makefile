# Thin on purpose: each target says what it runs, so that it can be typed by hand.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test check lint types bench stories clean

help:
	@echo "make demo    see it at work over a bundled newsroom; needs no internet"
	@echo "make test    run the tests"
	@echo "make check   run every gate: formatting, lint, types, tests with coverage"
	@echo "make bench   measure reading beside other programs: FEEDS=400 ROUNDS=3 MODES=first,304 PEERS=aggregator,reader"
	@echo "make stories measure grouping: precision and recall on labelled headlines"
	@echo "make clean   remove the virtual environment and caches"

$(VENV)/.run: pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a minute or so."
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: pyproject.toml
	@echo "Installing into $(VENV), with what the tests need; the first time this takes a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[dev]'
	touch $@ $(VENV)/.run

demo: $(VENV)/.run
	@$(BIN)/aggregator demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

check: lint types
	$(BIN)/python -m pytest --cov --cov-report=term

bench: $(VENV)/.run
	@$(BIN)/python -m benchmarks.reading --feeds $(or $(FEEDS),400) --rounds $(or $(ROUNDS),3) \
		$(if $(MODES),--modes $(MODES)) $(if $(PEERS),--peers $(PEERS))

stories: $(VENV)/.run
	@for file in benchmarks/headlines/*.jsonl; do printf '%s ' "$$(basename $$file .jsonl)"; \
		$(BIN)/python -m benchmarks.stories $$file --ignore $${file%.jsonl}.ignore.json \
			--affairs $${file%.jsonl}.affairs.json || exit 1; done

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .bench dist
