# Every verb that people and CI use. `make` lists them.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
FUZZ_SECONDS ?= 60
CHAOS_SECONDS ?= 60
BENCH ?= .
BENCH_COUNT ?= 6
CC ?= cc

CFLAGS_CORE = -std=c11 -O2 -ffreestanding -Wall -Wextra -Wconversion -Wshadow -Wframe-larger-than=4096 -Werror
CROSS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
MODULES = . benchmarks benchmarks/amplitude

.DEFAULT_GOAL := help
.PHONY: help run test race fmt lint tidy cross check vulncheck bench noalloc instructions fuzz chaos fleet
.PHONY: libs verify-libs check-vendor check-nocgo check-platforms sanitize coverage

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## show the SDK at work: a fake of the service, both clients, a flag that changes
	go run ./examples/demo

test: ## run all tests: Go, C, conformance, examples
	go test ./...

race: ## run all tests under the race detector
	go test -race ./...

fmt: ## format Go and C
	gofmt -w .
	scripts/clang-format

lint: ## check format, style, notices, scripts, and what go vet, staticcheck and the C compiler report
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }
	scripts/clang-format --check
	go run ./scripts/check-style
	go run ./scripts/check-notices
	go vet ./...
	CGO_ENABLED=0 go vet ./...
	go run $(STATICCHECK) ./...
	scripts/check-c-files
	$(CC) $(CFLAGS_CORE) -c -o /dev/null lib/core/experiment_core.c
	scripts/shellcheck

tidy: ## tidy the go.mod of every module
	@for module in $(MODULES); do (cd $$module && go mod tidy) || exit 1; done

cross: ## build for every major platform without cgo
	@for platform in $(CROSS); do \
		echo "building for $$platform"; \
		CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/} go build ./... || exit 1; \
	done

check: ## format, check go.mod files, lint, cross-build; fail if the tree is not clean after it
	$(MAKE) fmt
	@for module in $(MODULES); do (cd $$module && go mod tidy -diff) || exit 1; done
	$(MAKE) lint
	$(MAKE) cross
	@changes=$$(git status --porcelain) || exit 1; \
		test -z "$$changes" || { echo "make check: commit these files:"; echo "$$changes"; exit 1; }

vulncheck: ## look for known vulnerabilities in what the module calls; needs vuln.go.dev
	go run $(GOVULNCHECK) ./...

bench: ## run the benchmarks into bench.txt, which benchstat reads, and compare them with the goals
	scripts/bench --rounds $(BENCH_COUNT) '$(BENCH)'

noalloc: ## fail if a benchmark named NoAlloc allocates
	go test -run '^$$' -bench NoAlloc -benchtime 1000x ./local ./internal/usercontext

instructions: ## count the core's instructions on a fixed corpus; fail if a count grew by over 5 %
	scripts/instructions

fleet: ## draw how the requests of 1,000 clients spread, into docs/fleet.svg, and print figures: some 4 minutes
	go run ./scripts/fleet

fuzz: ## fuzz the core and its binding for FUZZ_SECONDS (60) in total
	scripts/fuzz --seconds $(FUZZ_SECONDS)

chaos: ## run a client under faults for CHAOS_SECONDS (60); CHAOS_SEED repeats a run
	CHAOS_SECONDS=$(CHAOS_SECONDS) go test -count 1 -timeout 0 -v -run '^TestChaos_' ./local

libs: ## build the prebuilt libraries of all platforms
	scripts/build-libs

verify-libs: ## build the libraries again in another folder and compare them byte for byte
	scripts/verify-libs

check-vendor: ## build and run a program that vendors the module
	scripts/check-vendor

check-nocgo: ## build and test without cgo
	CGO_ENABLED=0 go build ./...
	CGO_ENABLED=0 go test ./...

check-platforms: ## compare the core's results, prebuilt and from source, here and on emulated platforms
	scripts/check-platforms

sanitize: ## run the C tests under every sanitizer there is, and valgrind
	scripts/sanitize

coverage: ## measure which lines of the core its tests reach
	scripts/coverage
