# `make run` and `make test` do all their own set-up on a machine that has only Python (3.11 to 3.14), git and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ARCHITECTURE ?= arm64
# Of the functions, whatever Python this machine has.
PYTHON_VERSION ?= $(shell sed -n 's/^ *Runtime: python//p' infra/template.yaml)

.PHONY: setup run test check bench quality fuzz build checkov deploy-test lock clean
.DEFAULT_GOAL := test

setup: $(READY)

# The lock pins every package with its hashes; the project itself is then laid in without asking for anything more.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: setup
	$(BIN)/sitrep local --once $(ARGS)

test: setup
	$(BIN)/pytest -n 2 $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cfn-lint infra/template.yaml
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 $(BIN)/sam validate --lint

bench: setup
	$(BIN)/python -m bench $(ARGS)

# How good detection is on tests/quality: printed, and written into the README.
quality: setup
	$(BIN)/python -m tests.quality $(ARGS)

# A search of a minute for bytes that a parser cannot take; ARGS="feeds --seconds 600" searches longer.
fuzz: setup
	$(BIN)/python -m fuzz $(ARGS)

# Artifacts for Lambda in .aws-sam/build, for `sam deploy` to take; ARCHITECTURE=x86_64 builds for that processor.
build: setup
	SAM_CLI_TELEMETRY=0 ARCHITECTURE=$(ARCHITECTURE) PYTHON_VERSION=$(PYTHON_VERSION) $(BIN)/sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(BIN)/python tools/pin_architecture.py .aws-sam/build/template.yaml $(ARCHITECTURE)
	$(BIN)/python -m tools.check_artifacts .aws-sam/build --architecture $(ARCHITECTURE) --python $(PYTHON_VERSION)

# A second linter of the template, in an environment of its own: .checkov.yaml says what it does not ask, and why.
checkov: setup
	$(BIN)/uv tool run --quiet --python $(BIN)/python --from checkov==3.3.30 checkov

# A real `sam deploy` into an emulator that enforces IAM, in .venv-deploy; ARGS="-k privileges" runs a part.  CI must not skip it.
deploy-test: setup
	$(BIN)/python -m tests.deploy $(ARGS)

lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		pyproject.toml $(foreach g,layer poll fetch ingest detect notify watch dev,--group $(g)) -o requirements.lock $(ARGS)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--group pyproject.toml:emulator -o tests/deploy/requirements.lock $(ARGS)

clean:
	rm -rf .venv .venv-deploy .aws-sam build *.egg-info src/*.egg-info
