PYTHON ?= python3
RECIPE ?= recipes/demo.yaml
BIN := .venv/bin
INSTALLED := .venv/.installed
QUIET := $(if $(MAKE_TERMOUT),,--quiet)
PIP := $(BIN)/python -m pip --disable-pip-version-check $(QUIET)
PYCOSAT := pycosat==0.6.6
CAN_APT := test "$$(id -u)" = 0 && command -v apt-get >/dev/null
BUBBLEWRAP := { timeout 60 apt-get install -y bubblewrap || { timeout 120 apt-get update && timeout 60 apt-get install -y bubblewrap; }; } >/dev/null 2>&1
TORCH := torch==2.13.0+cpu
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: setup demo test check fast ui lock help

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

check: setup  ## Run every check but the tests: what pre-commit runs before a commit.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: check  ## Run every check and every test.
	@$(BIN)/python -m pytest

fast: setup  ## Run the tests that take no model, no GPU and no more than a second each.
	@$(BIN)/python -m pytest -m "not slow and not model and not gpu"

ui: setup  ## Open the Dagster UI on a recipe: make ui RECIPE=recipes/mine.yaml
	@$(BIN)/r1data ui --recipe $(RECIPE)

lock: setup  ## Resolve the newest versions that pyproject.toml allows, and pin them.
	@$(BIN)/python .ci/lock.py

help:  ## Say what each target does.
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/\1 \2/p' $(MAKEFILE_LIST) | while read -r name says; do printf 'make %-7s %s\n' "$$name" "$$says"; done
