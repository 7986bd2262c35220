# `make help` is the index. Everything is installed into .venv and .aero, nothing else on the machine is touched.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# The Python that makes the environments: the newest of 3.11, 3.12, 3.13 that uv finds, else one that uv downloads.
PYTHON ?= >=3.11,<3.14
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0

help: ## This list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

up: install ## Start the platform; options by ARGS, e.g. make up ARGS="--detach --port-offset 20000"
	@aero up $(ARGS)

down: install ## Stop the platform
	@aero down $(ARGS)

test: install ## All tests: unit, integration, end to end, scenarios, the LocalStack plugin (on free ports, in temporary folders)
	@pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	@infra/localstack-process-executor/check

test-pulsar: install ## The connector on both brokers, Apache Pulsar and pulsar-lite: relay, bridge, dead letters, security
	@pytest tests/integration/pulsar_connector tests/integration/aero/test_broker_topics.py $(ARGS)

test-unit: install ## Unit tests alone: seconds, no service
	@pytest tests/unit $(ARGS)

test-sam-local: install ## `sam local invoke` against the platform; needs Docker, or Podman's socket in DOCKER_HOST
	@pytest tests/sam_local $(ARGS)

test-browser: install ## Web pages with the tracker and the pixel in Chromium; CHROMIUM names another than the PATH's
	@pytest tests/browser $(ARGS)

test-upgrade: install ## A platform with data of the version BEFORE (a commit; default: what origin has) starts with all of it
	@BEFORE="$${BEFORE:-origin/HEAD}" pytest tests/upgrade $(ARGS)

fuzz: install ## Ten thousand requests, new each time, to every route; ARGS=--hypothesis-seed=7 sends a run's again, FUZZ_REQUESTS says how many
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-10000} pytest tests/fuzz $(ARGS)

lint: install ## Format check, lint, types, layers, template
	@infra/lint

format: install ## Format and fix what can be fixed
	@ruff format . && ruff check --fix .

lock: install ## Pin every dependency anew, with hashes
	@infra/lock

install: .venv/.installed ## Install what the project needs (done by the other targets)

.venv/.installed: requirements.lock pyproject.toml | .venv/.uv
	@echo "Installing the locked dependencies …"
	@"$$(cat .venv/.uv)" pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@"$$(cat .venv/.uv)" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# Scripts in .venv name the folder that it was made in, and .venv/.uv may: in a project that was renamed, moved or copied
# both are made anew, and where that uv is gone.
ifneq ($(shell grep -qxF "$(CURDIR)/infra" .venv/lib/python3*/site-packages/_aeropartners.pth 2>/dev/null && test -x "$$(cat .venv/.uv)" && echo here),here)
.PHONY: .venv/.installed .venv/.uv
endif

# uv: the one on the machine, or one of our own. `.venv/.uv` holds its path.
.venv/.uv:
	@infra/bootstrap "$(PYTHON)"

.PHONY: help up down test test-pulsar test-unit test-sam-local test-browser test-upgrade fuzz lint format lock install
