#!/usr/bin/env nextflow
/*
 * rl-materials: a search for light-electron semiconductors.
 *
 *                    PSEUDOPOTENTIALS                    data sets of others
 *                          |                                     |
 *   STRUCTURES -> DFT (one task a batch) -> records -> MERGE DATASET
 *                                              ^              |
 *                                              |      TRAIN SURROGATE (one task a member)
 *                                              |              |
 *                                              |         TRAIN PPO (one task a seed)
 *                                              |              |
 *                                     DFT (validation) <- SELECT CANDIDATES
 *                                              |
 *                                           REPORT
 */
include { GENERATE_PSEUDOPOTENTIALS } from './modules/generate_pseudopotentials'
include { CHECK_PSEUDOPOTENTIALS } from './modules/check_pseudopotentials'
include { GENERATE_STRUCTURES } from './modules/generate_structures'
include { COMPUTE_DFT } from './modules/compute_dft'
include { ROUND as ROUND_1; ROUND as ROUND_2; ROUND as ROUND_3 } from './workflows/round'
include { WRITE_REPORT } from './modules/write_report'
include { batches; checkParameters; contentOf; identity; optionalFile; parameterHelp; provenance; recordRun; stageDigests } from './modules/functions'

workflow DISCOVER {
    main:
    checkParameters()
    recordRun()
    digests = stageDigests()

    if (params.pseudo_dir) {
        pseudopotentials = CHECK_PSEUDOPOTENTIALS(
            file(params.pseudo_dir, glob: false),
            file("${projectDir}/pseudopotentials/sssp_efficiency.json"),
            digests.pseudopotentials + contentOf(params.pseudo_dir),
        )
    }
    else {
        pseudopotentials = GENERATE_PSEUDOPOTENTIALS(
            files("${projectDir}/pseudopotentials/*.in"),
            identity('ld1.x'),
            digests.pseudopotentials,
        )
    }

    structures = GENERATE_STRUCTURES(
        optionalFile(params.seeds_file),
        params.structures,
        params.seed,
        digests.seeds,
    )
    records = COMPUTE_DFT(
        batches(structures, params.dft_batch),
        pseudopotentials,
        params.protocol,
        identity(params.pw_command),
        digests.dft,
    )

    ROUND_1(1, records, pseudopotentials, digests)
    results = ROUND_1.out.results
    if (params.rounds >= 2) {
        ROUND_2(2, ROUND_1.out.records_after, pseudopotentials, digests)
        results = results.mix(ROUND_2.out.results)
    }
    if (params.rounds >= 3) {
        ROUND_3(3, ROUND_2.out.records_after, pseudopotentials, digests)
        results = results.mix(ROUND_3.out.results)
    }

    WRITE_REPORT(
        structures,
        records.toSortedList { a, b -> a.name <=> b.name },
        results.toSortedList { a, b -> a.name <=> b.name },
        channel.of(provenance(digests)).collectFile(name: 'provenance.json'),
        digests.report,
    )
    WRITE_REPORT.out.summary.view { summary -> summary.text }
}

workflow {
    if (params.help) {
        println(parameterHelp())
    }
    else {
        DISCOVER()
    }
}
