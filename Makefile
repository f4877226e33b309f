.DEFAULT_GOAL := help
UV  := scripts/uv
RUN := $(UV) run --frozen
.PHONY: help demo run test test-databases check bench fuzz docs screenshots services

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## the main job on a sample mail, in a throw-away folder, then the portal until Ctrl+C
	@$(RUN) --no-dev otalink demo

run: ## the product on the embedded default: http://127.0.0.1:8000 and LMTP on 127.0.0.1:2424
	@$(RUN) --no-dev otalink run

test: ## all tests; those that need a missing server or browser are skipped and say so
	$(RUN) pytest -n auto --dist worksteal

test-databases: ## the tests of everything that talks SQL, on real PostgreSQL and MariaDB
	$(RUN) --extra mariadb python scripts/with_databases.py

check: ## lint, format, strict types, import contract, file sizes, stale references
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python scripts/check_tree.py

bench: ## the benchmarks; writes docs/benchmarks.md
	$(RUN) python -m tests.benchmarks

fuzz: ## look for mail that breaks the intake, ten minutes each way; MINUTES=1 for less
	$(RUN) python -m tests.postmaster.fuzz structure $(MINUTES)
	$(RUN) --group fuzz python -m tests.postmaster.fuzz bytes $(MINUTES)

docs: ## generate docs/reference from the declarations, and compile the translations
	$(RUN) python scripts/generate_docs.py

screenshots: ## take docs/images anew with headless Chromium
	$(RUN) python scripts/screenshots.py

services: ## install the browser and the database servers the tests use (Debian, as root)
	scripts/services.sh
