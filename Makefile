PYTHON ?= python3
RECIPE ?= recipes/demo.yaml
PYTEST = $(BIN)/python -m pytest --numprocesses logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder
BIN := .venv/bin
INSTALLED := .venv/.installed
QUIET := $(if $(MAKE_TERMOUT),,--quiet)
PIP := $(BIN)/python -m pip --disable-pip-version-check $(QUIET)
PYCOSAT := pycosat==0.6.6
CAN_APT := test "$$(id -u)" = 0 && command -v apt-get >/dev/null
BUBBLEWRAP := { timeout 60 apt-get install -y bubblewrap || { timeout 120 apt-get update && timeout 60 apt-get install -y bubblewrap; }; } >/dev/null 2>&1
TORCH := torch==2.13.0+cpu
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: help setup demo all-rounds check fast test ui docs readme-table gallery lock

help:  ## Say what each target does.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /make \1\t/' | expand -t 20

setup: $(INSTALLED)  ## Install everything into .venv; a second call installs nothing.

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ": make setup PYTHON=python3.11")'
	@echo "installing into .venv: 4 GB on disk, three to six minutes, once"
	@echo "1/5 a virtual environment of $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "2/5 PyTorch for the CPU: 0.8 GB on disk"
	@$(PIP) install --no-deps $(TORCH) 2>/dev/null || $(PIP) install --no-deps --index-url $(TORCH_INDEX) $(TORCH)
	@echo "3/5 the $$(grep -c == requirements.lock) packages of requirements.lock, vLLM, TRL and Dagster among them: 3.5 GB on disk, most of the time"
	@$(PIP) install --no-deps --requirement requirements.lock
	@echo "4/5 pycosat, which a C compiler builds, and r1data itself: seconds"
	@$(PIP) install --no-deps $(PYCOSAT) 2>/dev/null || echo "no C compiler: reasoning-gym's zebra_puzzles is left out"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@echo "5/5 what the system must have: libnuma.so.1 for vLLM, bubblewrap for judging programs"
	@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libnuma.so.1")' 2>/dev/null || echo "vLLM on the CPU needs libnuma.so.1 (Debian: apt-get install libnuma1)"
	@command -v bwrap >/dev/null || { $(CAN_APT) && echo "installing the system package bubblewrap, as root: apt-get install -y bubblewrap" && $(BUBBLEWRAP); } || echo "judging programs needs bubblewrap (Debian: apt-get install bubblewrap)"
	@touch $@

demo: setup  ## Run the demo recipe end to end: prompts to a trained, measured model.
	@$(BIN)/r1data run --recipe recipes/demo.yaml

all-rounds: setup  ## Run the rounds of R1, reinforcement included, on a small base that is made for it.
	@$(BIN)/python -m training.small_base --output_dir data/small_base
	@$(BIN)/r1data run --recipe recipes/all_rounds.yaml

check: setup  ## Run the checks that read the code: lint, format, types, layers.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fast: check  ## Run every check, and the tests that take no model and no time.
	@$(PYTEST) -m "not slow and not model and not gpu"

test: check  ## Run every check and every test.
	@$(PYTEST)

ui: setup  ## Open the Dagster UI on a recipe: make ui RECIPE=recipes/mine.yaml
	@$(BIN)/r1data ui --recipe $(RECIPE)

docs: setup  ## Write the pages of docs/ that are generated from the code.
	@$(BIN)/python .ci/docs.py

readme-table: setup  ## Fill the README's table of what the demo made, from data/demo.
	@$(BIN)/python .ci/readme_table.py

gallery: setup  ## Write docs/gallery.md, three rows of each table of data/demo.
	@$(BIN)/python .ci/gallery.py

lock: setup  ## Resolve the newest versions that pyproject.toml allows, and pin them.
	@$(BIN)/python .ci/lock.py
