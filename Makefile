# Two commands carry everything: `make run` and `make test`. Python 3.11+ and make are all they need.
PYTHON ?= python3
PORT ?= 8000
export PORT
# What was compiled once is not compiled again by each of many processes.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# What is imported is compiled then; most of what is installed never is. The locks name everything: nothing to resolve.
PIP := $(BIN)/python -m pip install --no-compile --no-deps --quiet --disable-pip-version-check --require-hashes
RUN_READY := .venv/.run-ready
DEV_READY := .venv/.dev-ready
# One more than cores: a test waits for its browser, its database or a served program now and then.
WORKERS ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
# Tests of one file build on the same ground: one worker takes them all, the long files first (tests/order.py).
BY_FILE := --dist loadfile --no-loadscope-reorder
# The tests are read once before the workers are there: each of them would compile every module by itself.
COMPILED := test -d tests/__pycache__ || $(BIN)/pytest --collect-only -qq >/dev/null 2>&1 || true
TEMPLATES := $(wildcard templates)
PYTEST_ARGS ?=
STRESS_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test checks every-test format lint types imports unit journeys benchmark stress cluster cluster-test office-test docs pictures holes lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PORT=8000 and CASETRACKER_DATA=instance (folder of database and files) override; DATABASE_URL names a PostgreSQL"

run: $(RUN_READY) ## serve on http://127.0.0.1:8000, with demonstration data when the database is empty
	@$(BIN)/flask --app casetracker db upgrade
	@$(BIN)/flask --app casetracker demo --if-empty
	@echo "casetracker answers on http://127.0.0.1:$(PORT) (stop with Ctrl-C)"
	@CASETRACKER_WORK=1 exec $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 3 --log-level warning --no-control-socket 'casetracker:create_app()'

test: $(DEV_READY) ## formatting, lint, types, import rules and every test
	@$(MAKE) --no-print-directory -j 2 checks every-test

checks: lint types imports

every-test: $(DEV_READY)
	@$(BIN)/python -m compileall -q casetracker config.py
	@$(COMPILED)
	@$(BIN)/pytest -n $(WORKERS) $(BY_FILE) $(PYTEST_ARGS)

format: $(DEV_READY) ## put the code into its one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

lint: $(DEV_READY) ## formatting and lint of code and templates
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(if $(TEMPLATES),$(BIN)/djlint --lint --quiet $(TEMPLATES))

types: $(DEV_READY) ## types, strictly
	@$(BIN)/mypy

imports: $(DEV_READY) ## which room may import which
	@$(BIN)/lint-imports --no-cache --no-logo > .venv/imports.log || { cat .venv/imports.log; exit 1; }
	@grep '^Contracts:' .venv/imports.log

unit: $(DEV_READY) ## the tests that need no browser (PYTEST_ARGS="tests/plans -k split" narrows)
	@$(BIN)/pytest -n $(WORKERS) $(BY_FILE) -m "not journey" $(PYTEST_ARGS)

journeys: $(DEV_READY) ## the tests in a real browser
	@$(BIN)/pytest -n $(WORKERS) $(BY_FILE) -m journey $(PYTEST_ARGS)

benchmark: $(DEV_READY) ## what pages, exports and commands cost for much data against little, on both databases
	@$(BIN)/python -m tests.benchmarks.measure

stress: $(DEV_READY) ## the long tries, many hours: one with STRESS_ARGS=access (STRESS_ARGS="manipulations --dialect sqlite" narrows)
	@$(BIN)/python -m stress $(STRESS_ARGS)

cluster: $(DEV_READY) ## all parts of an installation past one machine, on this one, at https://localhost:8443
	@exec $(BIN)/python -m cluster $(if $(filter-out 8000,$(PORT)),--port $(PORT))

cluster-test: $(DEV_READY) ## a journey over such a cluster, with parts killed in the middle of it (5 to 15 minutes)
	@$(BIN)/pytest -o 'norecursedirs=.*' -p no:cacheprovider -q -s tests/cluster

office-test: $(DEV_READY) ## files to take away opened by LibreOffice: no cell is a formula (needs soffice)
	@$(BIN)/pytest -o 'norecursedirs=.*' -p no:cacheprovider -q tests/office

docs: $(DEV_READY) ## draw docs/model.md from the models
	@$(BIN)/python docs/draw_model.py

pictures: $(DEV_READY) ## take the pictures of docs/auditor.md anew, on the auditor's way through the demonstration
	@CASETRACKER_PICTURES=docs/pictures $(BIN)/pytest -q -p no:cacheprovider tests/journeys/test_auditor.py

holes: .venv/bin/python ## known holes in the pinned packages, asked of osv.dev; fails where one is past its time (once a week)
	@$(BIN)/python .ci/known_holes.py

lock: ## renew the hash locks from requirements*.in (UPGRADE=1 renews what is not named there, too)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && $(PYTHON) -m venv "$$folder" \
		&& "$$folder/bin/python" -m pip install --quiet --disable-pip-version-check uv \
		&& for part in requirements requirements-dev; do \
			"$$folder/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
				--no-emit-index-url $(if $(UPGRADE),--upgrade) $$part.in --output-file $$part.txt || exit 1; \
		done

clean: ## take away the virtual environment and what the tools cached; data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results .coverage htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "casetracker needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null || { rm -rf .venv; \
		echo "Python cannot make a virtual environment: apt install python3-venv"; exit 1; }

$(RUN_READY): requirements.txt | .venv/bin/python
	@echo "Installing what casetracker runs on (once, about a minute)"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV_READY): requirements-dev.txt .ci/iati-schema.txt $(RUN_READY)
	@echo "Installing what the tests need"
	@$(BIN)/python -c 'from casetracker import features; features.load("routes")' & $(PIP) -r requirements-dev.txt && wait
	@$(PIP) --no-deps --no-build-isolation --use-pep517 -r .ci/iati-schema.txt
	@touch $@
