# Every command a newcomer needs; `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
UV := uv==0.13.9
CHROMIUM := $(or $(TENANTRY_CHROMIUM),/usr/bin/chromium)
NODE_IS_NEW_ENOUGH := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && echo yes)
PORTAL_SOURCES := $(shell find portal \( -name node_modules -o -name dist -o -name gql \) -prune -o -type f -print 2>/dev/null) $(wildcard docs/examples/*)

.PHONY: help setup setup-python setup-portal chromium clients serve migrate snapshot schema test attack faults fuzz guarded tour check bench bench-peers lock

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: setup-python setup-portal ## bring in what the lock files name, and build the browser pages

setup-python: $(INSTALLED) ## the Python part of setup alone

$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Tenantry needs Python 3.11 or newer; name one with: make PYTHON=python3.12 setup"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	@$(RUN) -m pip install --quiet --disable-pip-version-check $(UV)
	$(VENV)/bin/uv pip sync --quiet --python $(RUN) --require-hashes requirements.lock
	@touch $@

ifeq ($(NODE_IS_NEW_ENOUGH),yes)
setup-portal: portal/dist/.built ## the browser pages' part of setup alone

portal/node_modules/.installed: portal/package.json portal/package-lock.json
	cd portal && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

portal/dist/.built: portal/node_modules/.installed schema.graphql $(PORTAL_SOURCES)
	cd portal && npm run --silent build
	@touch $@
else
setup-portal:
	@echo "No Node 20.19 or newer here: the API works, the browser pages do not. For them install Node and run: make setup"
endif

serve: setup ## start the server; on an empty database it loads the demo story first
	$(RUN) -m server serve

migrate: setup-python ## bring the database up to date
	$(RUN) -m server migrate

snapshot: setup-python ## write anew what empty databases are made from, after a new migration
	TENANTRY_SNAPSHOT=write $(RUN) -m pytest -q -n0 tests/rules/test_migrations.py -k snapshot_makes

schema: setup-python ## write schema.graphql anew
	$(RUN) -m server schema > schema.graphql.new
	@mv schema.graphql.new schema.graphql

chromium:
	@test -x $(CHROMIUM) || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null \
		|| { echo "Installing Chromium for the browser tests"; apt-get update -qq \
			&& DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; } \
		|| true
	@test -x $(CHROMIUM) || echo "No Chromium at $(CHROMIUM): the browser tests will fail." \
		"Install it (on Debian: apt-get install --no-install-recommends chromium) or name one in TENANTRY_CHROMIUM."

# The clients' tests say what is missing where Node is, or where its packages could not be had.
CLIENTS := tests/clients
ifeq ($(NODE_IS_NEW_ENOUGH),yes)
clients: ## bring in the clients for Node that the tests use
	@test $(CLIENTS)/node_modules/.installed -nt $(CLIENTS)/package-lock.json \
		|| (cd $(CLIENTS) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed) \
		|| echo "The clients for Node could not be installed: their tests will fail. Try again with: make clients"
else
clients:
	@echo "No Node 20.19 or newer here: the tests of the clients for Node will fail. Install it and run: make clients"
endif

test: setup chromium clients ## run every test, on SQLite and on PostgreSQL
	$(RUN) -m pytest -n auto

attack: setup chromium clients ## attack it: the tests of the catalogue's cases 1 to 132, and a table of them
	$(RUN) -m pytest tests -n auto --cases=1-132

faults: setup ## have it suffer faults: the tests of cases 133 to 160, and a table of them
	$(RUN) -m pytest tests -n auto --cases=133-160

# The fuzzer is not in setup: it is large, and there is none but for CPython on Linux and x86-64.
FUZZER := $(VENV)/.fuzzer
SECONDS ?= 60
fuzz: $(FUZZER) ## look for input that breaks us, so many seconds on each way in: make fuzz SECONDS=600
	$(RUN) -m tests.attacks.guided $(SECONDS)

$(FUZZER): fuzz.lock $(INSTALLED)
	$(VENV)/bin/uv pip install --quiet --python $(RUN) --require-hashes --requirements fuzz.lock
	@touch $@

guarded: setup ## run every test of PostgreSQL once more, with reads under row-level security
	TENANTRY_TEST_GUARDED=true $(RUN) -m pytest -n auto tests --ignore=tests/guards -k postgres

tour: setup chromium ## take the pictures of docs/tour.md anew
	@mkdir -p docs/tour
	TENANTRY_TOUR=docs/tour $(RUN) -m pytest -q -n0 tests/portal/test_tour.py

check: setup-python ## lint, types and import rules
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: setup-python bench-peers ## measure against the peers
	$(RUN) -m benchmarks.run

# The benchmark goes on without the peers for Node where they cannot be had.
NODE_PEERS := benchmarks/peers/node
ifeq ($(NODE_IS_NEW_ENOUGH),yes)
bench-peers: ## bring in the peers for Node alone
	@test $(NODE_PEERS)/node_modules/.installed -nt $(NODE_PEERS)/package-lock.json \
		|| (cd $(NODE_PEERS) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed) \
		|| echo "The peers for Node could not be installed: the benchmark goes on without them."
else
bench-peers:
	@echo "No Node 20.19 or newer here: the benchmark goes on without the peers for Node."
endif

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate
lock: setup-python ## resolve requirements.lock and fuzz.lock anew after a change of pyproject.toml
	$(LOCK) --group pyproject.toml:dev pyproject.toml -o requirements.lock
	$(LOCK) --group pyproject.toml:fuzz -o fuzz.lock
