# The whole project from a fresh clone: `make run`, `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MVN := mvn -B -ntp
# Where Nextflow and other fetched things are kept.
export RL_MATERIALS_CACHE ?= $(CURDIR)/.cache
NEXTFLOW ?= $(or $(shell command -v nextflow),$(CURDIR)/tools/nextflow/nextflow)
STRICT_NEXTFLOW := 25.04.4
SOURCES := $(shell find lib/src lib/pom.xml data pseudopotentials -type f 2>/dev/null)
JAR := lib/target/rl-materials.jar
DIGESTS := lib/target/stage-digests.json

.PHONY: help setup build image run test unit-test pipeline-test test-slow slurm-test container-test \
    bench bench-fingerprint bench-dft bench-surrogate bench-ppo bench-search bench-merge \
    bench-overhead bench-table bootstrap-set bootstrap-summary bootstrap-models bootstrap-store run-summary \
    clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

setup: ## install what is missing (Quantum ESPRESSO, spglib, Nextflow)
	@tools/setup

build: $(DIGESTS) ## build the jar

$(DIGESTS): $(SOURCES)
	cd lib && $(MVN) -q package -Dmaven.test.skip=true
	@touch $(DIGESTS)

image: build ## the container image rl-materials:0.1.0 (CONTAINER=podman, BASE=image)
	$(or $(CONTAINER),docker) build $(if $(BASE),--build-arg BASE=$(BASE)) -t rl-materials:0.1.0 .

run: setup build ## the whole search at laptop size: 2 cores, results/report.html
	@tools/run-laptop '$(NEXTFLOW)'

test: unit-test pipeline-test ## everything that CI runs

unit-test: setup ## unit and property tests of the library
	@tools/setup --browser
	cd lib && $(MVN) verify
	@touch $(DIGESTS)

pipeline-test: setup build ## the pipeline with real pw.x: resume, faults, bad input, strict parser, SLURM
	@tools/setup --slurm --nextflow $(STRICT_NEXTFLOW)
	cd tests && $(MVN) test

test-slow: setup build ## every test, the slow ones too (hours)
	cd lib && $(MVN) verify -Dtest.excludedTags=none
	@tools/setup --slurm --nextflow $(STRICT_NEXTFLOW)
	cd tests && $(MVN) test -Dtest.excludedTags=bench

slurm-test: setup build ## the pipeline on a real SLURM of one machine (root)
	@tools/setup --slurm
	cd tests && $(MVN) test -Dtest.excludedTags=none -Dtest.includedTags=slurm

container-test: setup build ## the pipeline in podman containers (root)
	cd tests && $(MVN) test -Dtest.excludedTags=none -Dtest.includedTags=container

bench: bench-fingerprint bench-dft bench-surrogate bench-ppo bench-search bench-merge bench-overhead ## all benchmarks, then one table of them beside figures kept before
	@$(MAKE) --no-print-directory bench-table

bench-table: BENCH := BenchTable docs/benchmarks.csv ## the table of the benchmarks run last

bench-fingerprint: BENCH := FingerprintBench ## fingerprints a second
bench-dft: BENCH := DftBench ## seconds a structure, accuracy of the masses
bench-surrogate: BENCH := SurrogateBench ## training time and accuracy
bench-ppo: BENCH := PpoBench ## PPO steps a second
bench-search: BENCH := SearchBench ## what the search finds for its cost
bench-merge: BENCH := MergeBench ## records merged a second

bootstrap-summary: BENCH := BootstrapSummary data/bootstrap.records.jsonl.gz docs/img/bootstrap.svg data/models ## tables and picture of docs/bootstrap.md

bootstrap-store: BENCH := FillStore data/bootstrap.records.jsonl.gz $(PSEUDOPOTENTIALS) $(STORE) ## the set's records in a DFT store again (PSEUDOPOTENTIALS=results/pseudopotentials, STORE=folder)

run-summary: BENCH := RunSummary $(or $(RESULTS),results) $(METRICS) ## tables of docs/results.md of a run (RESULTS=results)

bench-fingerprint bench-dft bench-surrogate bench-ppo bench-search bench-merge bench-table bootstrap-summary bootstrap-store run-summary: setup build
	@cd lib && $(MVN) -q test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/test-classpath
	@java -Dai.djl.offline=true -cp "lib/target/test-classes:lib/target/classes:$$(cat lib/target/test-classpath)" org.rlmaterials.bench.$(BENCH)

bench-overhead: setup build ## pw.x core-seconds / (wall x cores) of a run (STRUCTURES=200, DFT_BATCH=1), seconds of -resume
	cd tests && $(MVN) -q test -Dtest=OverheadBench -Dtest.excludedTags=none

bootstrap-set: build ## data/bootstrap.*, the set we ship, from the DFT records of a run (RESULTS=results)
	# Each record once: another --dft_batch leaves the same ones under other names.
	cat $(or $(RESULTS),results)/dft/*.jsonl | awk 'match($$0, /"id":"[^"]*"/) && !seen[substr($$0, RSTART, RLENGTH)]++' | gzip -9n > data/bootstrap.records.jsonl.gz
	bin/rl-materials dataset merge --records data/bootstrap.records.jsonl.gz --out data/bootstrap.csv.gz --report data/bootstrap.merge_report.json
	cd data && sha256sum bootstrap.*.gz > bootstrap.sha256

MODELS := 0 1 2 3 4
bootstrap-models: build ## data/models/, the members we ship, from data/bootstrap.csv.gz
	rm -rf data/models
	for k in $(MODELS); do \
	    bin/rl-materials surrogate train --dataset data/bootstrap.csv.gz --preset local --seed 1 --member $$k --out data/models/member_$$k || exit; \
	    rm data/models/member_$$k/timing.json; \
	done

clean: ## remove what was built; results and caches stay
	rm -rf lib/target tests/target
