# Everyday commands. `make` alone lists them; each prepares what it needs and is quick where that is there already.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3.11
UV_VERSION := 0.13.9
UV := .tools/bin/uv
# Its name changes with the version, so that another version is installed anew.
UV_INSTALLED := .tools/.uv-$(UV_VERSION)
BIN := .venv/bin
BUF := proto/node_modules/.bin/buf
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# uv takes the Python that is here and fetches none of its own.
export UV_PYTHON_DOWNLOADS := never

# What changes an installation: the lock, and the wishes of each room.
WISHES := uv.lock pyproject.toml $(wildcard proto/pyproject.toml libs/*/pyproject.toml services/*/pyproject.toml \
  client/pyproject.toml ui/pyproject.toml deploy/*/pyproject.toml examples/pyproject.toml)
# What mypy reads; a folder without Python yet would be an error to it.
TYPED := $(foreach folder,$(wildcard libs/*/src services/*/src ui/src client/src deploy/*/src examples/src tests bench),\
  $(if $(shell find $(folder) -name '*.py' -print -quit),$(folder)))

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: .venv/.installed ## Install everything into .venv; needs nothing but Python 3.11

$(UV_INSTALLED):
	@command -v $(PYTHON) > /dev/null || { \
	  echo "Python 3.11 is needed, and there is no program $(PYTHON). Install it, or name it: make install PYTHON=/path/to/python3.11"; exit 1; }
	@{ $(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); } || { \
	  echo "uv $(UV_VERSION), which installs everything else, could not be installed: the lines above say why."; \
	  echo "On Debian and Ubuntu, Python comes without venv: apt-get install python3.11-venv. PyPI must be reachable."; \
	  rm -rf .tools; exit 1; }
	@touch $@

# Compiled now, once: TensorFlow's thousands of modules would otherwise be compiled at the first start.
.venv/.installed: $(UV_INSTALLED) $(WISHES)
	$(UV) sync --locked --all-packages --compile-bytecode --python $(PYTHON)
	@touch $@

.PHONY: up
up: install ## Run the whole product here until Ctrl-C, and print where to look
	@exec $(BIN)/python -m laptop up

.PHONY: start
start: install ## The same in the background; returns when everything is ready and the demo is loaded
	@exec $(BIN)/python -m laptop start

.PHONY: stop
stop: install ## End what `make start` began
	@exec $(BIN)/python -m laptop stop

.PHONY: status
status: install ## Say what runs
	@exec $(BIN)/python -m laptop status

.PHONY: test
test: install browser lint types proto-lint ## Run every check and every test
	$(BIN)/pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

.PHONY: unit
unit: install ## Run the fast tests only
	$(BIN)/pytest tests/unit

# One run of it is part of `make test`. INNHUB_OUTAGE_SECONDS=30 keeps the stores away for longer.
TIMES ?= 1
.PHONY: faults
faults: install ## Break every part of the running product; TIMES=10 does that ten times in a row
	@for time in $$(seq $(TIMES)); do echo "faults, $$time of $(TIMES)"; $(BIN)/pytest -q tests/e2e/faults; done

.PHONY: conformance
conformance: install ## Hold every method against every property and architecture (takes long), and print the table
	$(BIN)/pytest tests/conformance --conformance docs/conformance.md --all-on-architectures

.PHONY: lint
lint: install ## Look for mistakes and untidy code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: format
format: install ## Put the code into its one format, and mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: types
types: install ## Check the types of everything
	$(BIN)/mypy $(TYPED)

.PHONY: proto
proto: install ## Write the stubs of the messages anew
	$(BIN)/python proto/generate.py

# What others may have built on must not break: the latest release, or, as long as there is none, the commit before.
# A clone without either has nothing to compare with. PROTO_SINCE names another commit.
PROTO_SINCE ?= $(or $(shell git describe --tags --abbrev=0 --match 'v*' 2> /dev/null),HEAD^)

.PHONY: proto-lint
proto-lint: $(BUF) ## Look for mistakes in the messages, and for changes that would break who uses them
	$(BUF) lint proto
	@if git cat-file -e '$(PROTO_SINCE):proto/buf.yaml' 2> /dev/null; then \
	  before=$$(mktemp -d); trap 'rm -rf "$$before"' EXIT; \
	  git archive '$(PROTO_SINCE)' proto | tar -x -C "$$before" --exclude='proto/gen'; \
	  echo "$(BUF) breaking proto --against $(PROTO_SINCE)"; \
	  $(BUF) breaking proto --against "$$before/proto"; \
	else echo "No messages in $(PROTO_SINCE): nothing that a change could break."; fi

$(BUF): proto/package.json proto/package-lock.json
	@command -v npm > /dev/null || { echo "npm is needed for buf, which checks the messages: apt-get install npm"; exit 1; }
	npm ci --prefix proto --no-audit --no-fund
	@touch $@

.PHONY: bench
bench: install ## Measure; the results go to bench/results
	$(BIN)/python -m bench

.PHONY: bench-suggest
bench-suggest: install ## Measure suggestions over a million samples and three models
	$(BIN)/python -m bench.suggestions

# For instance BENCH="--networks VGG16 --quick"; --help tells the rest.
BENCH ?=
.PHONY: bench-methods
bench-methods: install ## Measure every explanation method, and other libraries beside it
	$(BIN)/python -m bench.methods $(BENCH)

.PHONY: bench-imports
bench-imports: install ## Measure the import of 100,000 pictures, and its memory
	$(BIN)/python -m bench.imports

.PHONY: bench-runs
bench-runs: install ## Measure runs over data sets against Keras and the engine alone
	$(BIN)/python -m bench.runs

.PHONY: browser
browser: ## Install Chromium for the browser tests where it is missing
	@command -v chromium > /dev/null || { $(SUDO) apt-get update && $(SUDO) apt-get install -y chromium; } || { \
	  echo "Chromium is needed for the browser tests and could not be installed: put a program named chromium on PATH."; exit 1; }

# For instance IMAGES="gateway ui --base docker.io/library/python:3.11-slim-bookworm"; --help tells the rest.
IMAGES ?=
.PHONY: images
images: install ## Build the container images, start them as a cluster would, and look at them; needs root
	@command -v buildah debootstrap podman runc > /dev/null || { \
	  $(SUDO) apt-get update && $(SUDO) apt-get install -y buildah debootstrap podman runc; } || { \
	  echo "buildah, debootstrap, podman and runc are needed and could not be installed: put them on PATH."; exit 1; }
	@$(if $(SUDO),$(SUDO) --preserve-env) $(BIN)/python -m images $(IMAGES)

.PHONY: images-pins
images-pins: install ## Pin anew what the images install beside the lock: uv, and TensorFlow with CUDA
	$(BIN)/python -m images.pins

.PHONY: chart
chart: install ## Hold the Helm chart, with every example of values, against Kubernetes 1.30 to 1.37 and its policies
	$(BIN)/python -m charts check
	$(BIN)/pytest -q tests/helm

.PHONY: chart-run
chart-run: install ## Run the pods of the chart as processes, with its network policies enforced; needs root
	@command -v ip iptables unshare > /dev/null || { $(SUDO) apt-get update && $(SUDO) apt-get install -y iproute2 iptables util-linux; } || { \
	  echo "ip, iptables and unshare are needed and could not be installed: put them on PATH."; exit 1; }
	@$(SUDO) unshare --net --mount $(BIN)/python -m charts run

.PHONY: alerts
alerts: ## Hold the rules for Prometheus against figures of hubs that are well and of hubs that are not; needs promtool
	@command -v promtool > /dev/null || { echo "promtool is needed, which comes with Prometheus: put it on PATH."; exit 1; }
	promtool test rules tests/alerts.yaml

.PHONY: chart-docs
chart-docs: install ## Write the schema and the page of the chart anew, from the comments in its values.yaml
	$(BIN)/python -m charts docs

.PHONY: clean
clean: ## Remove what was installed and what tools left; data in .innhub stays
	rm -rf .venv .tools proto/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
