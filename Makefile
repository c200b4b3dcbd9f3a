# `make test` is the whole judgment on a change: continuous integration runs it and nothing else.
# It installs what is missing from Debian's packages, starts what it needs on private ports and skips no test.
# Optional, and used where they are installed: cargo-deny (licenses) and cargo-nextest (another runner of the same tests).

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

.PHONY: help test prerequisites fmt fmt-check lint doc oracle deny browser unit screenshots bench mutants check run demo clean-test

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The cheap checks come first, and the tests last, so that the run closes with their summary. What is built for the tests
# has the program in it: built by itself, it would have fewer features of the libraries, which would be compiled twice.
test: prerequisites fmt-check lint doc oracle deny ## Everything that must hold (what CI runs)
	cargo test --workspace --locked --no-run
	ANTEROOM_BINARY=$$(realpath "$${CARGO_TARGET_DIR:-target}/debug/anteroom") $(MAKE) browser
	$(MAKE) unit

prerequisites: ## Install what is missing: PostgreSQL, Python 3 with zone data, a C compiler, Chromium, Node
	@scripts/prerequisites

fmt: ## Format the code
	cargo fmt --all

fmt-check:
	cargo fmt --all --check

lint: ## Clippy over every target, warnings are errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

doc: ## Build the documentation, broken links are errors
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

oracle: ## Recompute the expected instants of the window table, independently of the product
	python3 tests/window/oracle.py --check

# The floors of deny.toml are also held by tests/tidy.rs, which needs no tool: a machine without cargo-deny loses
# the license check only.
deny:
	@if command -v cargo-deny >/dev/null; then cargo deny --locked check bans licenses sources; \
	else echo "cargo-deny is not installed: licenses are not checked; tests/tidy.rs holds bans and sources"; fi

browser: prerequisites ## Open the pages of the demonstration in Chromium
	scripts/browser-tests

unit: ## All tests, with a private PostgreSQL that is stopped afterwards
	scripts/with-postgres scripts/cargo-tests

screenshots: prerequisites ## Take the pictures of the documentation anew
	scripts/screenshots

# An optimized build of its own, which takes long.
bench: ## Measure requests and pages on this machine (slow)
	cargo bench --locked

# No part of `make test`: each of the 72 rules costs a build of its own, about an hour and a half in all on two cores.
mutants: ## Break each numbered rule once and see its test fail (slow)
	scripts/mutants

check: ## The quick answer while writing: does it compile
	cargo check --workspace --all-targets --locked

run: ## Serve with the configuration that ANTEROOM_CONFIG names, such as config/development.toml
	cargo run --locked -- serve

demo: ## Serve a seeded demo on a clock of its own; nothing else needs installing
	cargo run --locked -- demo

clean-test: ## Stop and remove clusters that a killed test run left behind
	@scripts/with-postgres --clean
