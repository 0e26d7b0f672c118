# The two commands of the README are `make demo` and `make test`.
.PHONY: demo test build lint bench clean

DEMO_SERVE ?= 1
DEMO_LISTEN ?= 127.0.0.1:8080

demo: build
	DEMO_SERVE=$(DEMO_SERVE) DEMO_LISTEN=$(DEMO_LISTEN) scripts/demo

build:
	scripts/setup build
	scripts/cargo build --release
	scripts/credentials

test:
	scripts/setup build test
	scripts/test

lint:
	scripts/setup build deny
	cargo fmt --all --check
	cargo fmt --manifest-path credentials/Cargo.toml --check
	scripts/cargo clippy --workspace --all-targets --release -- -D warnings
	CARGO_TARGET_DIR=target scripts/cargo clippy --manifest-path credentials/Cargo.toml --all-targets --release -- -D warnings
	scripts/deny

bench: build
	scripts/bench

clean:
	rm -rf target demo
