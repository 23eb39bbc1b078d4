# renkei: every target first builds .venv when it is missing or out of date. Settings are given like this:
#   make demo PORT=9000 RENKEI_DATA=/srv/renkei
#   make test ARGS="tests/domain -x"
#   make demo PYTHON=/opt/python3.12/bin/python

# The interpreter that .venv is made from; empty means the first that fits.
PYTHON ?=
ARGS ?=
# How many files of tests run at once: one on each core, and one more while others wait for programs to start and stop.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

TRIED = $(or $(PYTHON),python3.11 python3.12 python3.13 python3)
FITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# Looked for once, and only when .venv has to be made.
SEEK = for p in $(TRIED); do $$p -c '$(FITS)' >/dev/null 2>&1 && echo $$p && break; done
FOUND = $(eval FOUND := $$(shell $$(SEEK)))$(FOUND)

# With -qq pip speaks only of errors.
PIP := .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input

# The stamps carry the folder's name as a number: a copied or moved checkout must not run the code of the old place.
PLACE := $(shell pwd | cksum | cut -d ' ' -f 1)
PACKAGES := .venv/packages-$(PLACE)
PROJECT := .venv/project-$(PLACE)
AUDITOR := build/audit/packages-$(PLACE)

.DEFAULT_GOAL := help
.PHONY: help demo serve test fuzz bench check schema audit sbom clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

# Recipes end in exec, so that Ctrl-C and SIGTERM reach the program itself and not a shell around it.

demo: $(PROJECT) ## run with demo data on http://127.0.0.1:8000 (PORT and RENKEI_DATA change port and data folder)
	@exec .venv/bin/renkei demo $(ARGS)

serve: $(PROJECT) ## run without demo data
	@exec .venv/bin/renkei serve $(ARGS)

test: $(PROJECT) ## run the tests, a file at a time
	@exec .venv/bin/python -m pytest -q --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder $(ARGS)

fuzz: $(PROJECT) ## ask the demo for ten minutes what nobody would think of (ARGS="--seconds 60" for less)
	@exec .venv/bin/python -m tests.fuzz $(ARGS)

bench: $(PROJECT) ## measure against the baselines, one JSON object a line
	@exec .venv/bin/python -m tests.benchmarks $(ARGS)

check: $(PROJECT) ## style, types, import order, state charts, committed schemas and the table of rights
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/renkei chart --check
	@.venv/bin/renkei schema --check
	@exec .venv/bin/renkei matrix --check

schema: $(PROJECT) ## write both GraphQL schemas into api/schema
	@exec .venv/bin/renkei schema

audit: $(PROJECT) $(AUDITOR) ## ask PyPI for known vulnerabilities of every package in constraints.txt
	@exec .venv/bin/python -m tests.asvs.audit build/audit/bin/pip-audit

sbom: $(PROJECT) ## write what is installed to run into build/renkei.cdx.json (CycloneDX)
	@exec .venv/bin/python -m tests.asvs.components build/renkei.cdx.json

clean: ## remove .venv; the data in .data stays
	rm -rf .venv

# A stamp is written last, so a build that dies leaves none and the next run starts over. Each long step is a line of
# its own: make ends only the processes it started itself, and a pip left behind would spoil the next build.

$(PACKAGES): constraints.txt
	@test -n '$(FOUND)' || { \
	  echo 'renkei needs Python 3.11, 3.12 or 3.13, with venv. Tried: $(TRIED).' >&2; \
	  echo 'Install one (on Debian and Ubuntu: python3 and python3-venv),' >&2; \
	  echo 'or name it: make demo PYTHON=/path/to/python3.11' >&2; \
	  exit 1; }
	@rm -rf .venv
	@echo "renkei: making .venv with $$($(FOUND) --version)"
	@exec $(FOUND) -m venv .venv
	@echo "renkei: installing $$(grep -c '==' constraints.txt) packages, about a minute"
	@exec $(PIP) --require-hashes --requirement constraints.txt
	@touch $@

$(PROJECT): $(PACKAGES) pyproject.toml
	@echo 'renkei: installing renkei itself'
	@exec $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(AUDITOR): tests/asvs/audit.txt | $(PROJECT)
	@rm -rf build/audit
	@exec .venv/bin/python -m venv build/audit
	@exec build/audit/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --requirement $<
	@touch $@
