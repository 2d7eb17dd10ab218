# Every verb that people and CI use. `make` explains them.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZ_SECONDS ?= 60
BENCH ?= .
BENCH_COUNT ?= 6
CC ?= cc

.DEFAULT_GOAL := help
.PHONY: help run test race lint bench noalloc instructions fuzz libs verify-libs check-vendor check-nocgo check-platforms sanitize coverage

help: ## say what the verbs do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## show the SDK at work: a fake of the service, both clients, a flag that changes
	go run ./examples/demo

test: ## pass all tests: Go, C, conformance, examples
	go test ./...

race: ## the same under the race detector
	go test -race ./...

lint: ## gofmt, go vet with and without cgo, staticcheck, and the C compiler's warnings
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }
	go vet ./...
	CGO_ENABLED=0 go vet ./...
	go run $(STATICCHECK) ./...
	$(CC) -std=c11 -O2 -ffreestanding -Wall -Wextra -Wconversion -Wshadow -Wframe-larger-than=4096 -Werror \
		-c -o /dev/null lib/core/experiment_core.c

bench: ## run the benchmarks into bench.txt, which benchstat reads, and print how they stand to the goals
	scripts/bench --rounds $(BENCH_COUNT) '$(BENCH)'

noalloc: ## fail if a benchmark named NoAlloc allocates
	go test -run '^$$' -bench NoAlloc -benchtime 1000x ./local ./internal/usercontext

instructions: ## count the core's instructions on a fixed corpus; fail if they grew by over 5 %
	scripts/instructions

fuzz: ## fuzz the core and its binding for FUZZ_SECONDS (60) in all
	scripts/fuzz --seconds $(FUZZ_SECONDS)

libs: ## build the prebuilt libraries of all platforms
	scripts/build-libs

verify-libs: ## build them again elsewhere and compare, byte for byte
	scripts/verify-libs

check-vendor: ## build and run a program that vendors the module
	scripts/check-vendor

check-nocgo: ## build and test without cgo
	CGO_ENABLED=0 go build ./...
	CGO_ENABLED=0 go test ./...

check-platforms: ## compare the core's answers, prebuilt and from source, here and on other platforms, emulated
	scripts/check-platforms

sanitize: ## run the C tests under every sanitizer there is, and valgrind
	scripts/sanitize

coverage: ## measure which lines of the core its tests reach
	scripts/coverage
