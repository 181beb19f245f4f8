# make run   a working Hindsight on this machine, nothing to prepare
#            CORPUS=synthetic: with records made by a program, in a data folder of its own
# make test  the one gate: format, lint, types, migrations, deploy check, tests
# make bench how fast finding is here, against its goals (bench/README.md)
.DEFAULT_GOAL := run
# make scale two clusters and PgBouncer: are own writes seen, does everything work over them?
# make chaos everything killed at random: is anything lost?
.PHONY: run test bench scale chaos format lock relevance suggest-eval

PYTHON ?= python3
BIN := .venv/bin
# The settings of an installation that everyone can reach, for the checks that look at them.
DEPLOYED := HINDSIGHT_URL=https://hindsight.example.org \
	HINDSIGHT_SECRET_KEY=checked-in-no-installation-0123456789-abcdefghijklmnopqrstuvwxyz

ifdef CORPUS
export HINDSIGHT_DATA ?= .data/$(CORPUS)
endif

run: .venv/runtime .venv/static
	@$(BIN)/python manage.py demo $(if $(CORPUS),--corpus $(CORPUS))

test: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy
	$(DEPLOYED) $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --quiet

# Does our search beat plain BM25? RELEVANCE=path/to/lessons.csv if it lies elsewhere.
relevance: .venv/dev
	$(BIN)/python -m bench.relevance $(RELEVANCE)

# How well do the rules suggest? SUGGEST=path/to/the/gold/sets if they lie elsewhere.
suggest-eval: .venv/dev
	$(BIN)/python -m bench.suggestions $(SUGGEST)

bench: .venv/runtime .venv/static
	$(BIN)/python bench/run.py $(BENCH)

scale: .venv/dev
	$(BIN)/python -m bench.scale

# Does anything get lost when everything is killed at random? CHAOS="--kills 50 --seed 1"
chaos: .venv/runtime .venv/static
	$(BIN)/python -m bench.chaos $(CHAOS)

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	uv pip compile pyproject.toml --generate-hashes --python-version 3.11 -o requirements.txt
	uv pip compile pyproject.toml --extra dev --generate-hashes --python-version 3.11 -o requirements-dev.txt
	uv pip compile pyproject.toml --extra semantic --generate-hashes --python-version 3.11 -c requirements.txt -o requirements-semantic.txt
	uv pip compile pyproject.toml --extra s3 --extra redis --generate-hashes --python-version 3.11 -c requirements.txt -o requirements-scale.txt

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

.venv/static: .venv/runtime $(shell find static -type f)
	$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@
