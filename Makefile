# Every command of the project. `make` alone explains them.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python 3.11 or newer on PATH; 3.11 first, as the lock files are made with it.
ifndef PYTHON
PYTHON := $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)
endif
ENVIRONMENT := var/env/platform/bin
TESTS ?= tests

.PHONY: help setup tensorflow demo families test attacks lint types image base-image lock clean python fuzz bench stats dry-run verifier

help: ## Explain the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: python ## Install what is missing into var/env
	@$(PYTHON) -m demo.bootstrap

tensorflow: python ## Install what the format tensorflow needs beside the rest
	@$(PYTHON) -m demo.bootstrap --tensorflow

demo: python ## Set up and run the demo competition until Ctrl-C (ONCE=1: to its end)
	@PODIUM_DEMO_STARTED=$$(date +%s) && export PODIUM_DEMO_STARTED && \
	$(PYTHON) -m demo.bootstrap && exec $(ENVIRONMENT)/python -m demo $(if $(ONCE),--once)

families: python ## Enter models of every format for tasks of every kind (ONCE=1: to its end)
	@PODIUM_DEMO_STARTED=$$(date +%s) && export PODIUM_DEMO_STARTED && \
	$(PYTHON) -m demo.bootstrap --tensorflow && \
	exec $(ENVIRONMENT)/python -m demo.families $(if $(ONCE),--once)

test: python ## Run all tests that this machine can run (REQUIRE_ALL=1: absent parts fail)
	@$(PYTHON) -m demo.bootstrap --dev && exec $(ENVIRONMENT)/python -m pytest \
	--numprocesses auto $(TESTS)

attacks: python ## Try every attack on every sandbox that answers (CASE=…, BACKEND=… for one)
	@$(PYTHON) -m demo.bootstrap --dev && exec $(ENVIRONMENT)/python -m tests.attacks \
	$(if $(CASE),--case $(CASE)) $(if $(BACKEND),--backend $(BACKEND))

lint: python ## Check style, formatting and the direction of imports
	@$(PYTHON) -m demo.bootstrap --dev
	@$(ENVIRONMENT)/ruff check . && $(ENVIRONMENT)/ruff format --check . && $(ENVIRONMENT)/lint-imports

types: python ## Check types strictly
	@$(PYTHON) -m demo.bootstrap --dev
	@$(ENVIRONMENT)/mypy

image: python ## Build the runner's images with the Docker engine (BASE_IMAGE=… for another base)
	@$(PYTHON) -m demo.bootstrap && $(ENVIRONMENT)/python -m sandbox.image.build

base-image: python ## Make a base image from Debian packages where no image registry can be reached
	@$(PYTHON) -m demo.bootstrap && $(ENVIRONMENT)/python -m sandbox.image.base

dry-run: python ## Try a submission's folder in a sandbox of this machine (MODEL=folder, OPTIONS=--help)
	@$(PYTHON) -m demo.bootstrap && exec $(ENVIRONMENT)/python manage.py dry_run $(OPTIONS) "$(MODEL)"

lock: python ## Resolve requirements/*.in anew
	@$(PYTHON) -m demo.bootstrap --dev && $(PYTHON) -m demo.lock

fuzz: python ## Give every reader of foreign bytes hostile ones (SECONDS=60 each, SEED=… to repeat)
	@$(PYTHON) -m demo.bootstrap --dev && PODIUM_FUZZ_SECONDS=$(or $(SECONDS),60) \
	PODIUM_FUZZ_SEED=$(or $(SEED),$$(date +%s)) exec $(ENVIRONMENT)/python -m pytest -s \
	--timeout $$(($(or $(SECONDS),60) + 600)) tests/fuzz

bench: python ## Measure what isolation costs and write it into docs/benchmarks.md
	@$(PYTHON) -m demo.bootstrap && exec $(ENVIRONMENT)/python -m bench.sandbox

verifier: python ## Pack podium-verify, which checks records without the site, into var/podium-verify
	@$(PYTHON) -m podium_verify.build

stats: python ## Count how often intervals, tests and rank sets are right, into docs/statistics.md
	@$(PYTHON) -m demo.bootstrap && exec $(ENVIRONMENT)/python -m bench.stats \
	$(if $(TRIALS),--trials $(TRIALS))

clean: ## Remove the demo's state (not the environments)
	@rm -rf var/demo var/demo.json var/families var/families.json

python:
	@if [ -z "$(PYTHON)" ]; then \
	echo "Podium needs Python 3.11 or newer on PATH (or PYTHON=/path/to/python)." >&2; exit 1; fi
