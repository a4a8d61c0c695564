# What each target does: `make help`. A fresh clone needs only `make demo` and `make test`.

SHELL := /bin/bash
# No defaults of whoever runs this.
export ECHO_GPU_CONFIG =
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-ci setup-intel setup-python build demo manual install bench peers test test-all \
	test-unprivileged test-intel test-avx2 test-races test-gpu-code test-ptx test-cluster test-manual fuzz lint format \
	clean

SWIFT ?= swift
ECHO_GPU = $(shell $(SWIFT) build -c release --show-bin-path)/echo-gpu
SOURCES = Package.swift Sources Tests Benchmarks

# To build (a C++ library and linker for Swift, and the libraries that its tools load; the system libraries' headers), to
# run (pocl), and to show (a car engine, for the demo).
PACKAGES = git ca-certificates pkg-config binutils libc6-dev libstdc++-12-dev zlib1g-dev \
	libcurl4 libncurses6 libsqlite3-0 libxml2 libpng-dev ocl-icd-opencl-dev opencl-headers libsndfile1-dev libarchive-dev libhdf5-dev \
	libsoxr-dev libdnnl-dev libkissfft-dev libcurl4-openssl-dev nettle-dev \
	pocl-opencl-icd stormbaancoureur-data
# To fetch packages of PyPI, for test-all.
PYTHON_PACKAGES = python3 python3-pip python3-venv
# To compile for GPUs, for test-gpu-code and test-ptx: libclc-19 takes libclc-15's place; libraries that ocloc loads.
GPU_CODE_PACKAGES = clang-19 libclc-19 libllvm14 libclang-cpp14
# What is linked into the C library, for library (.ci/library).
LIBRARY_PACKAGES = libzstd-dev liblz4-dev liblzma-dev libbz2-dev
# A Debian that has nothing, for test-fresh and test-wheel.
BARE_ROOT_PACKAGES = debootstrap
# To pack for Debian, and to check the package, for deb.
DEB_PACKAGES = dpkg-dev debhelper lintian
# To build an image, for test-image.
IMAGE_PACKAGES = podman
# A cluster of one machine, for test-cluster.
CLUSTER_PACKAGES = slurm-wlm munge
# More recordings of machines, for .ci/run; and ffmpeg, which --ffmpeg starts.
CI_PACKAGES = searchandrescue-data ffmpeg
# To open pages of echo-gpu report, for test-report.
BROWSER_PACKAGES = chromium
# What docs/recipes.md uses, for test-guides.
RECIPE_PACKAGES = parallel rsync jq
# To read the manual as users do, for test-manual.
MANUAL_PACKAGES = groff-base man-db
# --here: in this folder, for test-fresh.
FRESH_OPTIONS ?=
# Where `make install` puts it; DESTDIR goes before, for those who pack it.
PREFIX ?= /usr/local
DESTDIR ?=
# Readers of files that strangers wrote, and how long each is fuzzed.
FUZZ_READERS = safetensors npy manifest raw text
FUZZ_SECONDS ?= 600
FUZZ_HARNESS = .build-fuzz/release/echo-fuzz
# Past each suite's own time limit, which ends no thread: a test that hangs in a driver is named by then.
TEST_SECONDS ?= 1500
RUN_TESTS = timeout --kill-after=10 $(TEST_SECONDS) $(SWIFT) test -c release --skip-build
# What compiles every kernel in every tile, and computes with it.
KERNEL_TESTS = SmallShapeTests|OperationTests|HalfPrecision|GoldenParityTests|TilingTests
# What no device has a part in, and which one implementation is enough for.
HOST_TESTS = EchoReportTests|EchoSignalTests|EchoStoreTests|EchoHubTests|EchoFormatsTests|EchoModelTests|EchoTensorTests
CAR_ENGINE = /usr/share/games/stormbaancoureur/sounds/camaro_s16_le.wav

define install_missing
missing=(); \
for package in $(1); do \
	dpkg-query -W -f='$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' \
		|| missing+=("$$package"); \
done; \
if (( $${#missing[@]} )); then \
	echo "Installing $${missing[*]}"; \
	as_root=(); if (( EUID )); then as_root=(sudo); fi; \
	"$${as_root[@]}" apt-get update -qq; \
	"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$${missing[@]}" \
		> /dev/null; \
fi
endef

help: ## Lists the targets.
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Installs the Debian packages that are missing (with sudo where not root); looks for Swift.
	@$(call install_missing,$(PACKAGES))
	@if ! command -v $(SWIFT) > /dev/null; then \
		echo "Swift is missing. Install 6.3 or later (https://www.swift.org/install/linux/) and put" \
			"its usr/bin on PATH." >&2; \
		exit 1; \
	fi

setup-ci:
	@$(call install_missing,$(CI_PACKAGES))

setup-intel:
	@$(call install_missing,$(PYTHON_PACKAGES))

setup-python: ## Installs what some tests ask of Python; without it they are skipped.
	@$(call install_missing,$(PYTHON_PACKAGES))
	@cmp -s .ci/requirements.txt .build-python/requirements.txt || { \
		python3 -m venv .build-python && \
		.build-python/bin/pip install --quiet --requirement .ci/requirements.txt && \
		cp .ci/requirements.txt .build-python; \
	}

build: setup ## Builds echo-gpu in release mode.
	$(SWIFT) build -c release --product echo-gpu

demo: build ## Embeds the recordings of this repository and a car engine into demo-output/, and makes a page of them.
	$(ECHO_GPU) extract --model demo --level both --table --output demo-output \
		Tests/Fixtures/recordings $(CAR_ENGINE)
	@echo
	@echo "Load them in Python:"
	@echo "    import numpy"
	@echo "    car = numpy.load('demo-output/$(notdir $(CAR_ENGINE)).utterance.npy')   # [N*D]"
	@echo "    rows = numpy.load('demo-output/$(notdir $(CAR_ENGINE)).segment.npy')    # [T, N*D]"
	@echo
	$(ECHO_GPU) report demo-output --output demo-output/report.html
	@echo "Look at them and listen: $(abspath demo-output/report.html)"

manual: build ## Makes the man pages and shell completions, into .build/manual.
	.ci/manual $(ECHO_GPU)

.PHONY: static
static: setup ## Builds echo-gpu with Swift inside, into .build-static: it runs where there is no Swift.
	.ci/static

install: static manual ## Installs echo-gpu (with Swift inside), man pages and completions below PREFIX (/usr/local).
	install -D -m 755 .build-static/echo-gpu $(DESTDIR)$(PREFIX)/bin/echo-gpu
	packaging/manual $(DESTDIR)$(PREFIX)/share

.PHONY: library setup-library
setup-library: setup
	@$(call install_missing,$(LIBRARY_PACKAGES))

library: setup-library ## Builds the C library and the command that is in it, into .build-library/echo-gpu.
	.ci/library

.PHONY: docs test-consumer
docs: setup ## Builds the documentation of EchoExtract, tutorials too, into .build/docs; what is public is documented.
	@$(call install_missing,$(PYTHON_PACKAGES))
	$(SWIFT) build -c release --target EchoExtract
	.ci/docs .build/docs

test-consumer: setup setup-python ## Builds and runs a package that imports EchoExtract alone and uses every public type.
	@.build-python/bin/python -B -m pytest -q -p no:cacheprovider .ci/tests/test_api.py
	$(SWIFT) build -c release --target EchoExtract
	.ci/consumer

.PHONY: wheel test-wheel test-python
wheel: library setup-intel ## Builds the Python package with all that it needs, into python/dist.
	.ci/wheel

test-python: wheel ## The Python package: its style and types, and its tests on the wheel as pip installs it.
	.ci/test-python python/dist/*.whl

test-wheel: wheel ## Installs the wheel in a Debian with only Python and numpy, and runs the README's example (as root).
	@$(call install_missing,$(BARE_ROOT_PACKAGES))
	.ci/wheel-in-bare-root python/dist/*.whl

bench: setup ## Times every operation and the encoder against the device's own limits.
	$(SWIFT) build -c release --product echo-bench
	$(dir $(ECHO_GPU))echo-bench operations
	$(dir $(ECHO_GPU))echo-bench encoder

peers: setup setup-intel ## Measures echo-gpu beside PyTorch, ONNX Runtime and OpenVINO (8 minutes).
	$(SWIFT) build -c release --product echo-gpu
	$(SWIFT) build -c release --product echo-bench
	Benchmarks/peers/run

.PHONY: test-guides
test-guides: setup setup-python ## Runs the commands of docs/guides and docs/recipes.md, and compares what they print; checks all pages' links and words.
	@$(call install_missing,$(RECIPE_PACKAGES))
	$(SWIFT) build -c release --product echo-gpu
	@.build-python/bin/python -B -m pytest -q -p no:cacheprovider .ci/tests/test_guides.py .ci/tests/test_pages.py
	@git ls-files -z '*.md' '*.cl' '*.h' | xargs -0 .build-python/bin/codespell --builtin clear --ignore-words-list caf
	.build-python/bin/python -B .ci/guides $(ECHO_GPU)

# What is released: a tar file for any Linux, a package for Debian, images.
.PHONY: dist deb test-dist test-deb test-container
VERSION = $(shell sed -n 's/.*static let version = "\(.*\)".*/\1/p' Sources/EchoExtract/API/Echo.swift)
DIST = dist/echo-gpu-$(VERSION)-linux-x86_64.tar.xz
DEB = dist/echo-gpu_$(VERSION)-1_amd64.deb

dist: wheel ## Packs a tar file that runs from any folder on Linux with glibc 2.34 or later, into dist/.
	$(SWIFT) package resolve
	packaging/dist python/dist/*.whl

deb: static ## Builds a Debian package that lintian accepts, into dist/.
	@$(call install_missing,$(DEB_PACKAGES))
	packaging/deb .build-static/echo-gpu

test-dist: dist ## Unpacks the tar file in a Debian that has nothing, and uses it; with pocl too (as root).
	@$(call install_missing,$(BARE_ROOT_PACKAGES))
	.ci/dist-in-bare-root $(DIST)

test-deb: deb ## Installs the package in a Debian that has nothing, uses it, and removes it (as root).
	@$(call install_missing,$(BARE_ROOT_PACKAGES))
	.ci/deb-in-bare-root $(DEB) .build-static/echo-gpu

test-container: deb setup-python ## Checks Containerfile and echo-gpu.def, and does in a Debian what they do (as root).
	@$(call install_missing,$(BARE_ROOT_PACKAGES))
	.ci/container-in-bare-root $(DEB)

.PHONY: test-image
test-image: deb ## Builds the image of Containerfile with podman, without a registry, and runs its command (as root).
	@$(call install_missing,$(BARE_ROOT_PACKAGES) $(IMAGE_PACKAGES))
	.ci/image $(DEB)

.PHONY: gpu-pack cost test-bench
gpu-pack: setup ## Packs what Benchmarks/gpu/run measures with on a machine with a GPU and nothing else.
	Benchmarks/gpu/pack

cost: ## Prints clips a second on cards that are not here, on paper, with every assumption.
	@python3 -B Benchmarks/cost

test-bench: setup-python ## The tests of Benchmarks/gpu and of the cost model.
	@.build-python/bin/python -B -m pytest -q -p no:cacheprovider Benchmarks/gpu/tests
	@.build-python/bin/python -B -m pytest -q -p no:cacheprovider Benchmarks/cost/tests

test: setup lint ## Checks the style, then builds and runs the tests on every OpenCL device found.
	$(SWIFT) build -c release --build-tests
	$(RUN_TESTS)

# A user that no account has: to root nothing is forbidden, and some tests need that something is.
TEST_USER = 61234
# What it runs: what root skips, and what must hold for both.
UNPRIVILEGED_TESTS = aFileWithoutPermissionIsRefused|aFolderThatCannotBeListed|CacheFolderTests|ThreadLimitTests

test-unprivileged: setup ## The tests that must not run as root, as a user of their own (as root).
	$(SWIFT) build -c release --build-tests
	.ci/unprivileged $(TEST_USER) '$(UNPRIVILEGED_TESTS)'

test-all: test docs test-consumer test-unprivileged test-intel test-avx2 test-races test-gpu-code test-ptx test-bench test-report test-guides test-cluster test-python test-wheel test-dist test-deb test-container test-image ## The tests, and all of CI's checks but the manual and fuzzing.

test-intel: setup-intel
	$(SWIFT) build -c release --build-tests
	runtime="$$(.ci/intel-opencl)" && eval "$$runtime" && $(RUN_TESTS) --skip '$(HOST_TESTS)'

test-avx2: setup ## The tests of kernels, compiled by pocl as for a processor with AVX2 and no AVX-512, on any with AVX2.
	$(SWIFT) build -c release --build-tests
	runtime="$$(.ci/avx2)" && eval "$$runtime" && $(ECHO_GPU) devices | grep haswell \
		&& $(RUN_TESTS) --filter '$(KERNEL_TESTS)'

test-races: setup ## Both families of kernels on oclgrind, which finds data races and wild pointers.
	@$(call install_missing,oclgrind)
	$(SWIFT) build -c release --build-tests
	.ci/oclgrind simt
	.ci/oclgrind simd

test-gpu-code: setup ## Compiles the kernels for GPUs of NVIDIA, AMD and Intel: what they take of them, without one.
	@$(call install_missing,$(GPU_CODE_PACKAGES) $(PYTHON_PACKAGES))
	$(SWIFT) build -c release --product echo-bench
	.ci/gpu-code

test-ptx: setup setup-python ## Executes the kernels' code for NVIDIA without a GPU, and the same with faults put in.
	@$(call install_missing,$(GPU_CODE_PACKAGES))
	$(SWIFT) build -c release --product echo-bench
	.ci/gpu-executed

.PHONY: test-report
test-report: setup setup-python ## Opens pages of echo-gpu report in a headless Chromium, and uses them.
	@$(call install_missing,$(BROWSER_PACKAGES))
	$(SWIFT) build -c release --product echo-gpu
	REPORT_TEST_COMMAND=$(abspath $(ECHO_GPU)) .build-python/bin/python -B -m pytest -q -p no:cacheprovider Tests/browser

test-cluster: setup setup-python ## The Slurm files of Examples/, on a cluster of this machine (as root); the Kubernetes jobs.
	@$(call install_missing,$(CLUSTER_PACKAGES))
	$(SWIFT) build -c release --product echo-gpu
	.ci/slurm-array $(abspath $(ECHO_GPU))
	.build-python/bin/kubernetes-validate --strict Examples/*.yaml

test-manual: setup ## Installs into a folder of its own: what runs without Swift, and a page for every command.
	@$(call install_missing,$(MANUAL_PACKAGES))
	.ci/installed $(MAKE)

.PHONY: test-fresh
test-fresh: ## The README's own lines in a Debian with Swift's folder and nothing else (as root); FRESH_TESTS=1: `make test` too.
	@$(call install_missing,$(BARE_ROOT_PACKAGES))
	.ci/fresh $(FRESH_OPTIONS)

fuzz: setup ## Fuzzes each reader of files for FUZZ_SECONDS (600) under AddressSanitizer.
	$(SWIFT) build -c release --quiet --package-path Tests/EchoFuzz --scratch-path .build-fuzz \
		--sanitize fuzzer -Xswiftc -sanitize=fuzzer,address
	for reader in $(FUZZ_READERS); do .ci/fuzz $(FUZZ_HARNESS) "$$reader" $(FUZZ_SECONDS); done

lint: setup ## Checks the style, that every suite has a time limit, that `invariant` is used, that nothing imports Foundation, and the declared imports.
	.ci/time-limits
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	@! grep -rnE '\b(precondition|preconditionFailure|assert|assertionFailure|fatalError)\(' \
		--include='*.swift' --exclude-dir=EchoInvariant $(SOURCES) \
		|| { echo "These print nothing in release builds: use invariant(_:_:) (EchoInvariant)." >&2; exit 1; }
	@! grep -rnE '^[^/]*\bimport ([a-z]+ )?Foundation\b' --include='*.swift' Sources Kernels \
		|| { echo "Import FoundationEssentials: Foundation has 44 MB of ICU's tables in what is linked statically." >&2; exit 1; }
	$(SWIFT) build -c release --build-tests --quiet --explicit-target-dependency-import-check error

format: ## Rewrites the sources in the style.
	$(SWIFT) format --in-place --recursive $(SOURCES)

clean: ## Removes what was built and the demo's output.
	rm -rf .build .build-consumer .build-fuzz .build-library .build-manual .build-peers .build-python \
		.build-python-tests .build-static .build-wheel dist python/dist demo-output
