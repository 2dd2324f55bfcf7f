# Everything a developer runs. Each target works on a fresh machine; .ci/prepare fetches what is missing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help run test check test-engines test-caches bench bench-moderation bench-scale bench-keyboard bench-embed bench-power bench-restarts bench-flood bench-resilience docs build-embed clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 22

run:  ## the service, a demo article on its own origin and a moderator; prints the addresses to open
	@.ci/prepare run
	@exec $(BIN)/commentsvc demo

# The second half waits for other processes a third of the time: three workers for two cores.
test:  ## all checks and all tests, as CI runs them
	@.ci/prepare test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	cd embed && npm run --silent check
	cd embed && npm run --silent test
	cd embed && npm run --silent verify
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not greenlets' --cov --cov-report=
	@.ci/coverage
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m greenlets --durations=10

check:  ## the fast loop: lint, types, tests without a browser
	@.ci/prepare test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -q -m 'not browser' --ignore=tests/journeys --ignore=tests/hostile --ignore=tests/deploy

test-engines:  ## the embed's and the moderators' ways in Firefox and WebKit; takes some minutes
	@.ci/prepare engines
	$(BIN)/python -m pytest tests/engines

test-caches:  ## the service behind Varnish, which is told what to forget
	@.ci/prepare caches
	$(BIN)/python -m pytest tests/caches

bench:  ## the speed tables
	@.ci/prepare test
	$(BIN)/python bench/run.py

bench-moderation:  ## moderation with 1,000,000 waiting comments on each database; takes half an hour and 10 GB
	@.ci/prepare test
	$(BIN)/python bench/moderation_scale.py

bench-scale:  ## the same questions with 100,000 and with 10,000,000 comments; takes an hour and 60 GB
	@.ci/prepare test
	$(BIN)/python bench/scale.py

bench-keyboard:  ## a scripted moderator in a real browser: time per decision, alone and by two
	@.ci/prepare test
	$(BIN)/python bench/moderate.py

bench-embed:  ## how soon the first comment is seen in a real browser, beside static HTML
	@.ci/prepare test
	$(BIN)/python bench/first_comment.py

bench-power:  ## 300 simulated power cuts in each mode; takes a few minutes
	@.ci/prepare test
	$(BIN)/python bench/power_cuts.py

bench-restarts:  ## PostgreSQL restarted three times under load
	@.ci/prepare test
	$(BIN)/python bench/restarts.py

bench-flood:  ## 1,000 posts a second from one network and from 10,000, on each database
	@.ci/prepare test
	$(BIN)/python bench/flood.py

bench-resilience: bench-power bench-restarts bench-flood  ## the three, written to bench/RESILIENCE.md

docs:  ## write the tables in docs/ anew from the code
	@.ci/prepare test
	$(BIN)/python -m tests.guard.docs_tables

build-embed:  ## build embed.js from its source
	@.ci/prepare test
	cd embed && npm run --silent build

clean:  ## remove what the targets made; data and keys stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis build dist embed/node_modules
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
