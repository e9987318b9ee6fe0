PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
WORKERS ?= 2
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help run test chaos lint bench demo reset backup restore check-fresh environment environment-dev assets assets-dev

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: assets ## start everything at HOST:PORT; Ctrl-C ends it
	@exec $(VENV_PYTHON) -m alignment.embedded run

test: assets-dev ## all tests, on servers of their own (TESTS=tests/leads WORKERS=1)
	@$(VENV_PYTHON) -m tests.chromium
	@exec $(VENV_PYTHON) -m pytest -n $(WORKERS) $(TESTS)

chaos: assets-dev ## hand over many leads while everything is killed: LEADS=10000 SEED=1
	@CHAOS_LEADS=$(or $(LEADS),10000) CHAOS_SEED=$(or $(SEED),1) exec $(VENV_PYTHON) -m pytest -q -s tests/chaos

lint: environment-dev ## ruff, types, layers, templates, migrations, deployment settings
	@.ci/lint

check-fresh: environment ## is everything kept as fresh as it should be? late twice fails
	@exec $(VENV_PYTHON) manage.py check_fresh

bench: assets-dev ## measure at up to a million leads, into docs/benchmarks.md: SIZES=10000,100000 PART=pages,imports
	@$(if $(SIZES),BENCH_SIZES=$(SIZES)) $(if $(PART),BENCH_PART=$(PART)) exec $(VENV_PYTHON) -m tests.benchmarks

demo: environment ## a demo company of another size: LEADS=5000 SEED=7; LIVE=1 lets it live on: DAYS=7 PER_DAY=100 SPEED=720
	@exec $(VENV_PYTHON) manage.py seed_demo $(if $(SEED),--seed $(SEED)) $(if $(filter 1,$(LIVE)),--live $(if $(DAYS),--days $(DAYS)) \
		$(if $(PER_DAY),--per-day $(PER_DAY)) $(if $(SPEED),--speed $(SPEED)) $(if $(filter 1,$(EVERYBODY)),--everybody),$(if $(LEADS),--leads $(LEADS)))

reset: environment ## empty ALIGNMENT_HOME, but for its backups; asks, FORCE=1 does not
	@exec $(VENV_PYTHON) -m alignment.embedded reset $(if $(filter 1,$(FORCE)),--force)

backup: environment ## one file with everything, in ALIGNMENT_HOME/backups
	@exec $(VENV_PYTHON) -m alignment.embedded backup

restore: environment ## put a backup in the place of what is there: FILE=…
	@exec $(VENV_PYTHON) -m alignment.embedded restore "$(FILE)"

environment:
	@$(PYTHON) alignment/embedded/bootstrap.py

environment-dev:
	@$(PYTHON) alignment/embedded/bootstrap.py --dev

assets: environment
	@$(VENV_PYTHON) -m alignment.embedded.assets

assets-dev: environment-dev
	@$(VENV_PYTHON) -m alignment.embedded.assets
