# Demo, tests and benchmark share one build: the dev profile, one target folder, and the same features of every
# dependency. The last is what `--examples` is for. We have no examples, but asking for them makes cargo choose features
# for tests as well, so that what `make demo` builds is what `make test` needs; with plain `cargo build`, matrix-sdk's
# features are missing, and 20 crates, among them ruma, are built a second time. Nothing that only tests need is built.
BUILD := cargo build --locked --bins --examples
TEST_FEATURES := --features crash-points
# Of the same build, with our own crate optimised as the crates it uses are: what is measured is what operators run.
BENCH := cargo bench --locked --profile dev --config profile.dev.opt-level=2 --bench desk
TARGET := $(or $(CARGO_TARGET_DIR),target)

.PHONY: help demo demo-clean test bench bench-large check format openapi dist build web setup
.NOTPARALLEL:

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS=... is passed on: make test ARGS=tickets, make demo ARGS='--port 9000'"

demo: ## install, build and start Synapse and Roomdesk with something to look at; Ctrl-C stops all
	@scripts/setup demo
	@scripts/build-web
	@$(BUILD)
	@exec $(TARGET)/debug/roomdesk demo $(ARGS)

demo-clean: ## remove what the demo keeps in .demo
	rm -rf .demo

test: ## install what tests need and run every test
	@scripts/setup test
	@scripts/build-web test
	@cargo test --locked $(TEST_FEATURES) $(ARGS)

bench: ## install what is needed and print the benchmark
	@scripts/setup bench
	@scripts/build-web
	@$(BENCH) -- $(ARGS)

bench-large: ## print how lists, views and changes grow from 100,000 tickets to a million (20 GB, two hours)
	@scripts/setup test
	@$(BENCH) -- --large $(ARGS)

check: ## formatting and lints, as CI wants them
	cargo fmt --check
	cargo clippy --locked --bins --examples -- -D warnings
	cargo clippy --locked --all-targets $(TEST_FEATURES) -- -D warnings

format: ## format the source
	cargo fmt

openapi: ## write the description of the REST API, docs/openapi.json, anew
	@$(BUILD)
	@$(TARGET)/debug/roomdesk openapi > docs/openapi.json

build: ## the quick build that demo, tests and benchmark share
	@$(BUILD)

# With the features that were tested, see above.
dist: ## the optimised program, target/release/roomdesk
	@scripts/build-web
	$(BUILD) --release

web: ## only the dashboard, web/dist; `npm run dev` in web/ shows it as it changes
	@scripts/build-web

setup: ## only install what demo, tests and benchmark need
	@scripts/setup test
