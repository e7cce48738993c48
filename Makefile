# Every target sets up what it needs in .venv; a second `make` does not install again.

SHELL := /bin/sh
PY := .venv/bin/python
.PHONY: run demo test lint bench bench-full campaigns quality faults receivers chaos outages security screenshots translations setup lock clean

run: .venv/.runtime          ## the main job: check, alert, review (pages on http://127.0.0.1:8484)
	$(PY) -m watcher run

demo: .venv/.runtime         ## the main job with no network, against a newsroom on loopback
	$(PY) -m watcher demo

test: .venv/.dev             ## all tests, on SQLite and on PostgreSQL
	$(PY) -m pytest -n auto

lint: .venv/.dev             ## ruff, import contracts, mypy --strict
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

ENTRIES := 100000
bench: .venv/.dev            ## measured figures, beside other programs with 200 sources (15 minutes): .bench/figures.md
	$(PY) -m benchmarks --entries $(ENTRIES)

bench-full: .venv/.dev       ## the rounds of all programs with 1,000 and 5,000 sources (hours): .bench/full.md
	$(PY) -m benchmarks --full

campaigns: .venv/.dev        ## the longer checks: quality, faults, chaos, security (CI share)
	$(PY) -m pytest -m campaign tests/campaigns

quality: .venv/.dev          ## how right the classifier is: the table, the confusions, the worst errors
	$(PY) -m tests.corpus

faults: .venv/.dev           ## eighty ways in which a source can be hostile or broken
	$(PY) -m pytest -s -m campaign tests/campaigns/test_faults.py

receivers: .venv/.dev        ## every fault of mail servers and webhook receivers, on loopback
	$(PY) -m pytest -s -m campaign tests/campaigns/test_receivers.py

security: .venv/.dev         ## the review desk under attack: every address, role and origin, hostile words, guessers, slow sockets
	$(PY) -m pytest -s -m campaign tests/campaigns/test_security.py

chaos: .venv/.dev            ## kill -9 at 300 file-changing system calls of five acts (35 minutes; WATCHER_CHAOS=all for every one)
	WATCHER_CHAOS=$${WATCHER_CHAOS:-60} $(PY) -m pytest -m campaign tests/campaigns/test_crash_points.py tests/campaigns/test_kills.py

outages: .venv/.dev          ## PostgreSQL fails in seven ways under both shapes, as long as in life (35 minutes; `make campaigns` has the short form)
	WATCHER_OUTAGES=long $(PY) -m pytest -s -m campaign tests/campaigns/test_postgres.py

screenshots: .venv/.dev      ## the pictures in docs/, taken from the demo with Debian's Chromium
	$(PY) -m tests.screenshots

translations: .venv/.dev     ## put new texts of the pages into the catalogues of other languages, and say which want translating
	$(PY) -m tests.translations

setup: .venv/.dev            ## what the others call

lock:                        ## write the lock files anew (needs uv on the PATH)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv data dist

# An interpreter of 3.11 to 3.13 that can make environments; Debian keeps that part in a package of its own.
.venv/bin/python:
	@set -e; found=; \
	for py in python3.13 python3.12 python3.11 python3; do \
	  if $$py -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then found=$$py; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "watcher needs Python 3.11, 3.12 or 3.13; on Debian and Ubuntu: apt-get install python3 python3-venv" >&2; exit 2; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "this Python cannot make environments; run: sudo apt-get install python3-venv" >&2; exit 2; fi; \
	fi; \
	$$found -m venv .venv

PIP := $(PY) -m pip --disable-pip-version-check --quiet install

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
