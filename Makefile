# Thin lines: each target is one thing, and README's two commands need no make.
BIN := .venv/bin
APPS := productops teams audits objectives processes tooling metrics
EXPORT := $(BIN)/uv export --quiet --frozen --no-emit-project --no-annotate --no-header
# No private index of this machine may leak into the lock, and checking it needs no network.
UV := env -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL $(BIN)/uv --no-config
# What `check --deploy` asks of an installation behind HTTPS, as settings make it from these.
LIKE_DEPLOYED := BASE_URL=https://productops.example DATA_DIR=$${TMPDIR:-/tmp}/productops-check

.PHONY: setup up test check lint types imports migrations deploy templates pins lock bench

setup:
	python3 manage.py test --version

up:
	python3 manage.py up

test:
	python3 manage.py test

check: setup lint types imports migrations deploy templates pins

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy $(APPS)

imports:
	$(BIN)/lint-imports

migrations:
	$(LIKE_DEPLOYED) $(BIN)/python manage.py makemigrations --check --dry-run $(APPS)

deploy:
	$(LIKE_DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING

templates:
	$(BIN)/djlint templates --lint --quiet

pins:
	$(UV) lock --check --offline
	$(EXPORT) --no-default-groups --group embedded | diff - requirements.txt
	$(EXPORT) --all-groups | diff - requirements-dev.txt

lock:
	$(UV) lock
	$(EXPORT) --no-default-groups --group embedded > requirements.txt
	$(EXPORT) --all-groups > requirements-dev.txt

bench:
	$(BIN)/python -m bench.run $(ONLY)
