# `make help` is the index. Everything is installed into .venv and .aero; the rest of the machine is not changed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# The Python of the environments: the newest of 3.11, 3.12, 3.13 found by uv, else one downloaded by uv.
PYTHON ?= >=3.11,<3.14
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0

help: ## Show this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

up: install ## Start the platform; ARGS passes options, e.g. make up ARGS="--detach --port-offset 20000"
	@aero up $(ARGS)

down: install ## Stop the platform
	@aero down $(ARGS)

demo: install ## Start the platform if it does not run, and fill it with a company; ARGS passes options of aero demo
	@aero status >/dev/null 2>&1; test $$? -ne 3 || aero up --detach
	@aero demo $(ARGS)

test: install ## Run all tests, on free ports and in temporary folders
	@pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	@infra/localstack-process-executor/check

test-pulsar: install ## Test the connector on both brokers, Apache Pulsar and pulsar-lite
	@pytest tests/integration/pulsar_connector tests/integration/aero/test_broker_topics.py $(ARGS)

test-unit: install ## Run only the unit tests, which need no service
	@pytest tests/unit $(ARGS)

test-sam-local: install ## Test `sam local invoke` against the platform; needs Docker, or Podman's socket in DOCKER_HOST
	@pytest tests/sam_local $(ARGS)

test-panel: install ## Test the modules of the panel with Node's own test runner
	@PATH="$$(python -m aero.deploy.web tools):$$PATH" node --test $(ARGS) "tests/unit/portal/panel/*.test.js"

test-api: install ## Test the API against docs/openapi.yaml: every example, and requests made by Schemathesis
	@pytest tests/contract $(ARGS)

test-browser: install ## Test the web pages in Chromium; CHROMIUM is its path if not on PATH
	@uv pip install --quiet --python $(BIN)/python --require-hashes -r tests/browser/requirements.lock
	@$(MAKE) --silent web-tools >/dev/null
	@pytest tests/browser $(ARGS)

test-compatibility: install ## Test that breaking changes of APIs and events are found
	@pytest tests/compatibility $(ARGS)

test-upgrade: install ## Test an upgrade from the commit BEFORE (default: origin's): the data stays
	@BEFORE="$${BEFORE:-origin/HEAD}" pytest tests/upgrade $(ARGS)

fuzz: install ## Send 10,000 random requests, or FUZZ_REQUESTS; ARGS=--hypothesis-seed=7 repeats a run
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-10000} pytest tests/fuzz $(ARGS)

web: install ## Fetch the files of the web pages, for `sam build` without aero; aero does it by itself
	@python -m aero.deploy.web

web-tools: install ## Install Node and the tools of the CI from npm; prints what PATH needs for them
	@python -m aero.deploy.web tools

lint: install ## Check format, lint, types, layers and template
	@infra/lint

lint-api: install ## Lint docs/openapi.yaml with Redocly CLI
	@PATH="$$(python -m aero.deploy.web tools):$$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		redocly lint --config infra/web/redocly.yaml docs/openapi.yaml

format: install ## Format the code, and fix what ruff can fix
	@ruff format . && ruff check --fix .

documents: install ## Make the documents in docs/ that are made from the code
	@python -m documents

compatibility: install ## Compare APIs, events and contracts with docs/baseline: nothing that a consumer relies on is gone
	@python -m documents.compatibility check

baseline: install ## Renew docs/baseline, together with a new line in CHANGELOG.md
	@python -m documents.compatibility renew

lock: install ## Pin all dependencies anew, with hashes
	@infra/lock

install: .venv/.installed ## Install what the project needs (done by the other targets)

.venv/.installed: requirements.lock pyproject.toml | .venv/.uv
	@echo "Installing the locked dependencies …"
	@"$$(cat .venv/.uv)" pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@"$$(cat .venv/.uv)" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# Scripts in .venv contain its folder's path, and so may .venv/.uv. Both are made anew if the project was renamed, moved
# or copied, or if that uv is gone.
ifneq ($(shell grep -qxF "$(CURDIR)/infra" .venv/lib/python3*/site-packages/_aeropartners.pth 2>/dev/null && test -x "$$(cat .venv/.uv)" && echo here),here)
.PHONY: .venv/.installed .venv/.uv
endif

# uv is the machine's, or one of our own. `.venv/.uv` contains its path.
.venv/.uv:
	@infra/bootstrap "$(PYTHON)"

.PHONY: help up down demo test test-compatibility test-pulsar test-unit test-sam-local test-browser test-panel test-upgrade fuzz web web-tools lint format documents compatibility baseline lock install lint-api test-api
