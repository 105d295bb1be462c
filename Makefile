# Every command sets up what it needs. The environment is .venv.
PYTHON := .venv/bin/python
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
# The platform's five seconds and the product's own deadlines are kept there: nothing runs beside.
BY_THE_CLOCK := tests/gateway tests/e2e
.PHONY: help setup train demo test lint bench lock

help:
	@echo "make demo   set up what is missing and run everything with a simulated WeChat"
	@echo "make test   set up what is missing and run lint and all tests"
	@echo "make setup | train | lint | bench   the single steps"

setup:
	@python3 deploy/set_up.py

train: setup
	@$(PYTHON) -m nlu.train $(if $(FORCE),--force)

demo: train
	@exec $(PYTHON) -m bot demo

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

test:
	@python3 deploy/set_up.py --browser
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory train
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(addprefix --ignore=,$(BY_THE_CLOCK))
	$(PYTHON) -m pytest $(BY_THE_CLOCK)

bench: train
	@$(PYTHON) -m tests.bench

lock:
	.build/uv/bin/uv pip compile pyproject.toml --extra assistant --extra dev --python-version 3.10 \
		--generate-hashes --no-emit-index-url --no-emit-find-links -o requirements.lock
