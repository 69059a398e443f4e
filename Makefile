# Everything a developer runs. `make` alone says what there is.

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check
PYTEST := $(PYTHON) -m pytest
AT_ONCE := -n auto --maxprocesses 4 --dist worksteal
SOURCES := main.py db.py migrations pages services

.PHONY: help run dev test fast lint bench pictures migration machine
.SILENT:

help:
	echo 'make run        start the app; nothing needs to be configured'
	echo 'make dev        the same, and start it anew whenever a file changes'
	echo 'make test       install what the tests need, then style, types and all tests'
	echo 'make fast       style, types and the tests of the services on SQLite: a minute or two'
	echo 'make bench      measure it, on SQLite and on MariaDB'
	echo 'make pictures   take the pictures in the README anew'
	echo 'make migration NAME="Add a phone number"   write a migration for what has changed in db.py'

run: .venv/run
	exec $(PYTHON) main.py

dev: .venv/run  # setsid: a Ctrl-C here reaches the app once, through watchfiles
	exec $(PYTHON) -m watchfiles --verbosity warning --sigint-timeout 2 '$(shell command -v setsid) $(PYTHON) main.py' $(SOURCES)

test: .venv/test machine lint
	echo 'Testing the services'
	$(PYTEST) $(AT_ONCE) tests/services tests/test_*.py
	echo 'Testing the pages'
	$(PYTEST) $(AT_ONCE) -p nicegui.testing.user_plugin -o main_file=tests/pages/app.py tests/pages
	echo 'Testing in the browser'
	$(PYTEST) -n 2 --dist loadfile tests/browser

fast: .venv/test lint
	$(PYTEST) $(AT_ONCE) -k 'not mariadb' tests/services tests/test_architecture.py tests/test_readme.py

lint: .venv/test
	echo 'Checking style and types'
	$(PYTHON) -m ruff check --quiet .
	$(PYTHON) -m ruff format --check --quiet . || { echo 'Some files are not formatted: .venv/bin/ruff format .'; exit 1; }
	$(PYTHON) -m mypy --no-error-summary

bench: .venv/test machine
	$(PYTHON) -m bench

pictures: .venv/test machine
	$(PYTHON) -m docs.pictures

migration: .venv/test
	test -n "$$NAME" || { echo 'Say what it does: make migration NAME="Add a phone number"'; exit 1; }
	rm -f .venv/migration.db*
	$(PYTHON) -m alembic upgrade head
	$(PYTHON) -m alembic revision --autogenerate -m "$$NAME" --rev-id $$(printf %04d $$(( $$(ls migrations/versions/*.py | wc -l) + 1 )))

machine:
	sh tests/install.sh

.venv/run: requirements.txt | .venv/bin/pip
	echo 'Installing requirements.txt into .venv'
	$(PIP) -r requirements.txt
	touch $@

.venv/test: tests/requirements.txt requirements.txt | .venv/bin/pip
	echo 'Installing tests/requirements.txt into .venv'
	$(PIP) -r tests/requirements.txt
	touch $@ .venv/run

.venv/bin/pip:
	for python in python3.11 python3 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then exec $$python -m venv .venv; fi; \
	done; echo 'Python 3.11 or newer is needed, and there is none on the PATH.'; exit 1
