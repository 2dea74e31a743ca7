# The list of commands; `make` alone shows it. Everything is made in this folder: .venv, frontend/node_modules, .cache.
# Paths are relative, so that this works from a folder with spaces in its name. Steps that are done are skipped by
# the scripts themselves, which look at contents and not at dates.

VENV := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup page run test check format generate bench claims gallery clean \
	ready ready-checks ready-tests check-style check-types check-imports check-page check-generated

help: ## this list
	@echo "Phasescope: make <command>"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile
	@echo "  ARGS=… is passed on: make run ARGS='--port 9000', make test ARGS='-k figures'"

# ── set-up ───────────────────────────────────────────────────────────────────────────────────────────────────────────
setup: ## make .venv and install Phasescope into it (PHASESCOPE_TORCH=auto|cpu|default chooses the build of torch)
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/setup_environment.py

page: ## build the page, frontend/dist, if its sources have changed
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/build_page.py

ready:
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/prepare.py

ready-checks:
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/setup_environment.py --tests

ready-tests:
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/prepare.py --tests
	@$(VENV)/python scripts/setup_tests.py

# ── use ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
run: ready ## set up what is missing, then start Phasescope and print its address
	@exec $(VENV)/phasescope serve $(ARGS)

# ── test and check ───────────────────────────────────────────────────────────────────────────────────────────────────
# Tests that share something dear (a browser, a database) carry an xdist_group, and stay in one of the two processes.
# With ARGS only pytest runs.
test: ready-tests ## set up what tests need (Chromium and PostgreSQL too) and run them
	@$(if $(ARGS),,$(VENV)/python scripts/build_page.py npm run --silent test)
	@$(VENV)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: check-style check-types check-imports check-page check-generated ## every static check: style, types, imports, page, generated files

check-style: ready-checks
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .

check-types: ready-checks
	@$(VENV)/python -m mypy
	@MYPYPATH=scripts $(VENV)/python -m mypy scripts
	@MYPYPATH=scripts $(VENV)/python -m mypy --explicit-package-bases --allow-untyped-calls --allow-untyped-defs --allow-incomplete-defs --allow-any-generics --no-warn-return-any --no-warn-unused-ignores --implicit-reexport --no-strict-equality tests

check-imports: ready-checks
	@$(VENV)/lint-imports

# The types that the page makes from frontend/openapi.json are compared here too.
check-page: ready-checks
	@$(VENV)/python scripts/build_page.py npm run --silent check

check-generated: ready-checks
	@$(VENV)/phasescope catalogue --check --docs docs/reference/measures.md --recipes docs/recipes.md
	@$(VENV)/python -m phasescope.server.openapi --check frontend/openapi.json

format: ready-checks ## rewrite Python in the one style
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

generate: ready-checks ## renew the generated files: catalogue, OpenAPI, the page's types
	@$(VENV)/phasescope catalogue --docs docs/reference/measures.md --recipes docs/recipes.md
	@$(VENV)/python -m phasescope.server.openapi --output frontend/openapi.json
	@$(VENV)/python scripts/build_page.py npm run --silent generate

# ── show ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
bench: ready-checks ## run every benchmark, short; FULL=1 takes the time it needs
	@for benchmark in benchmarks/*.py; do \
		if grep -qs '__main__' "$$benchmark"; then \
			echo "── $$benchmark"; \
			$(VENV)/python "$$benchmark" $(if $(FULL),,--quick) $(ARGS) || exit 1; \
		fi; \
	done

claims: ready-checks ## train the small size of every recipe, judge its claims, write docs/claims.md and the pictures
	@PHASESCOPE_HOME="$${PHASESCOPE_HOME:-.cache/claims}" $(VENV)/python scripts/verify_claims.py $(ARGS); verdict=$$?; \
		PHASESCOPE_HOME="$${PHASESCOPE_HOME:-.cache/claims}" $(VENV)/python scripts/recipe_pictures.py; exit $$verdict

gallery: ready-tests ## draw every figure from made-up data into artifacts/gallery
	@$(VENV)/python scripts/gallery.py $(ARGS)

clean: ## remove everything that make has made (the experiments in PHASESCOPE_HOME stay)
	@rm -rf .venv .cache artifacts frontend/node_modules frontend/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find backend tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf backend/*.egg-info
