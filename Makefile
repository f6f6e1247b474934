# The doors of the house. Each can be entered again at any time.
#   make run     build and start with the demo world on http://localhost:8080
#   make test    everything, on both databases, and the browser
#   make check   format, lints, layers, licences
#   make bench   the figures
#   make fuzz    the readers of files against what nobody would send, SECONDS_EACH for each of them
SHELL := /bin/bash
LISTEN ?= 127.0.0.1:8080
DATA ?= data
SAMPLES ?=
SECONDS_EACH ?= 120
SEEDS ?= $(SAMPLES)
export LISTEN DATA

.PHONY: run test test-samples check bench fuzz setup-test setup-check

run:
	@echo "Building Entremise (the first time takes some minutes; later ones seconds)"
	cargo run -- serve --demo

setup-test:
	@bin/setup-test

test: setup-test
	@bin/test

test-samples:
	@test -n "$(SAMPLES)" || { echo "say where they are: SAMPLES=DIR make test-samples" >&2; exit 2; }
	SAMPLES="$(SAMPLES)" bin/with-postgres cargo test -p entremise -p exchange --test samples -- --nocapture

setup-check:
	@command -v cargo-deny >/dev/null || { echo "cargo-deny is missing: installing it"; cargo install cargo-deny --locked --quiet; }

check: setup-check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	@cargo fetch --locked --quiet
	cargo deny --offline check --hide-inclusion-graph bans licenses sources
	cargo test -q -p testkit --test tidy

bench:
	cargo build --release --quiet -p entremise -p bench
	target/release/bench $(ARGS)

fuzz:
	@SECONDS_EACH="$(SECONDS_EACH)" SEEDS="$(SEEDS)" bin/fuzz $(ARGS)
