# `make serve` shows the site; `make test` runs every test. Both prepare what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve site test lint bench audit frontend clean

serve: $(VENV)/installed
	$(BIN)/il2site serve

site: $(VENV)/installed
	$(BIN)/il2site build

test: $(VENV)/installed-test
	tests/install-chromium
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

# Every figure of docs/performance.md, measured anew beside what it is compared with. Takes about an hour; do nothing else.
bench: $(VENV)/installed-test
	tests/install-chromium
	$(BIN)/python tests/bench/builds.py
	$(BIN)/python tests/bench/preview.py
	$(BIN)/python tests/bench/models.py
	$(BIN)/python tests/bench/figures.py
	$(BIN)/il2site build && $(BIN)/python tests/bench/lighthouse.py

# Known weaknesses of what il2site installs and of what its sites ship; asks PyPI and the npm registry (docs/supply-chain.md).
audit: $(VENV)/installed-test
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --skip-editable
	$(BIN)/npm audit

frontend: $(VENV)/installed-test
	$(BIN)/python hatch_build.py

clean:
	rm -rf $(VENV) build dist static/dist node_modules

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml hatch_build.py package-lock.json $(shell find static/src -name '*.ts') | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@
