.DEFAULT_GOAL := help
UV  := scripts/uv
RUN := $(UV) run --frozen
DEV := $(RUN) --group dev
.PHONY: help demo run test test-databases check bench chaos fuzz docs screenshots services

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## the main job on a sample mail, in a throw-away folder, then the portal until Ctrl+C
	@$(RUN) otalink demo

run: ## the product on the embedded default: http://127.0.0.1:8000 and LMTP on 127.0.0.1:2424
	@$(RUN) otalink run

test: ## all tests; those that need a missing server or browser are skipped and say so
	$(DEV) pytest -n auto --dist worksteal

test-databases: ## the tests of everything that talks SQL, on real PostgreSQL and MariaDB
	$(DEV) --extra mariadb python scripts/with_databases.py

check: ## lint, format, strict types, import contract, dead code, dependencies, file sizes, stale references, migrations
	$(DEV) ruff check
	$(DEV) ruff format --check
	$(DEV) mypy
	$(DEV) lint-imports
	$(DEV) python scripts/dead_code.py
	$(DEV) deptry .
	$(DEV) python scripts/check_tree.py

bench: ## the benchmarks; writes docs/benchmarks.md
	$(DEV) python -m tests.benchmarks

chaos: ## kill everything at random: 90 s on each database with a moody mail host, and 1,000 tickets beside each OTOBO
	$(DEV) --extra mariadb python -m tests.chaos $(SECONDS)
	$(DEV) --extra mariadb python -m tests.otobo.chaos $(TICKETS)

fuzz: ## look for mail that breaks the intake, ten minutes each way; MINUTES=1 for less
	$(DEV) python -m tests.postmaster.fuzz structure $(MINUTES)
	$(DEV) python -m tests.postmaster.fuzz senders $(MINUTES)
	$(DEV) --group fuzz python -m tests.postmaster.fuzz bytes $(MINUTES)

docs: ## generate docs/reference from the declarations, and compile the translations
	$(DEV) python scripts/generate_docs.py

screenshots: ## take pictures of every page into build/screenshots; docs/images are those the docs show
	$(DEV) python scripts/screenshots.py

services: ## install the browser and the database servers the tests use (Debian, as root)
	scripts/services.sh
