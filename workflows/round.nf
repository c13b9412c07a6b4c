include { COMPUTE_DFT as VALIDATE_DFT } from '../modules/compute_dft'
include { MERGE_DATASET } from '../modules/merge_dataset'
include { TRAIN_SURROGATE } from '../modules/train_surrogate'
include { EVALUATE_SURROGATE } from '../modules/evaluate_surrogate'
include { TRAIN_PPO } from '../modules/train_ppo'
include { EVALUATE_PPO } from '../modules/evaluate_ppo'
include { SELECT_CANDIDATES } from '../modules/select_candidates'
include { DRAW_RANDOM_STRUCTURES } from '../modules/draw_random_structures'
include { CLASSIFY_VALIDATION } from '../modules/classify_validation'
include { GATHER_ROUND } from '../modules/gather_round'
include { batches; byContent; contentOf; elementsOf; identity; optionalDataset; optionalFile; recordsOf; seedOf; surrogateMembers } from '../modules/functions'

/** Learn from all records, search, validate: what was validated is data for the next round. */
workflow ROUND {
    take:
    round            // number, from 1
    records          // channel of record files (.jsonl)
    pseudopotentials // value channel: folder
    digests          // stage digests

    main:
    all_records = records.collectFile(name: 'records.jsonl', sort: { file -> byContent(file) })
    MERGE_DATASET(
        all_records,
        optionalFile(params.jarvis),
        optionalFile(params.materials_project),
        optionalFile(params.id_prop),
        optionalDataset(params.bootstrap),
        digests.dataset + contentOf(params.id_prop),
    )
    dataset = MERGE_DATASET.out.dataset.first()

    given = contentOf(params.surrogate_model)
    if (params.surrogate_model) {
        members = channel.value(surrogateMembers())
    }
    else {
        TRAIN_SURROGATE(dataset, (0..<params.members).toList(), seedOf(round), digests.surrogate)
        members = TRAIN_SURROGATE.out.toSortedList { a, b -> a.name <=> b.name }
    }
    EVALUATE_SURROGATE(members, dataset, digests.surrogate + given)

    agent_seeds = (1..params.ppo_seeds).collect { number -> seedOf(round) + number - 1 }
    TRAIN_PPO(members, agent_seeds, params.timesteps, optionalFile(params.seeds_file), digests.ppo + given)
    agents = TRAIN_PPO.out.toSortedList { a, b -> a.name <=> b.name }
    EVALUATE_PPO(agents, members, params.episodes, seedOf(round), digests.ppo + given)
    SELECT_CANDIDATES(agents, members, dataset, all_records, params.top_k, optionalFile(params.seeds_file), round, digests.candidates + given)

    // Controls and elemental references go the way of the candidates: "none confirmed" means
    // something only if the known semiconductors are confirmed.
    candidates = SELECT_CANDIDATES.out.candidates
    if (params.base_rate) {
        DRAW_RANDOM_STRUCTURES(params.top_k, seedOf(round), dataset, all_records, optionalFile(params.seeds_file), round, digests.candidates)
        by_chance = DRAW_RANDOM_STRUCTURES.out
    }
    else {
        by_chance = channel.empty()
    }
    to_validate = candidates.mix(
        by_chance,
        channel.fromPath("${projectDir}/data/references/controls.jsonl"),
        elementsOf(candidates.mix(by_chance)),
    )
    VALIDATE_DFT(
        batches(to_validate, params.dft_batch),
        pseudopotentials,
        params.validation_protocol,
        identity(params.pw_command),
        digests.dft,
    )
    CLASSIFY_VALIDATION(
        candidates,
        by_chance.ifEmpty([]),
        dataset,
        // The hull is that of everything this run has computed, and what was computed before.
        records.mix(VALIDATE_DFT.out).collectFile(name: 'computed.jsonl', sort: { file -> byContent(file) }),
        recordsOf(params.bootstrap),
        optionalFile(params.seeds_file),
        digests.validation,
    )
    GATHER_ROUND(
        round,
        MERGE_DATASET.out.dataset.mix(MERGE_DATASET.out.report).flatten().toSortedList { a, b -> a.name <=> b.name },
        members.flatten().mix(EVALUATE_SURROGATE.out.metrics, EVALUATE_SURROGATE.out.pictures.flatten()).toSortedList { a, b -> a.name <=> b.name },
        TRAIN_PPO.out.mix(EVALUATE_PPO.out).toSortedList { a, b -> a.name <=> b.name },
        candidates.mix(by_chance, SELECT_CANDIDATES.out.rejected).toSortedList { a, b -> a.name <=> b.name },
        VALIDATE_DFT.out.mix(CLASSIFY_VALIDATION.out.verdicts, CLASSIFY_VALIDATION.out.table, CLASSIFY_VALIDATION.out.topology).toSortedList { a, b -> a.name <=> b.name },
    )
    results = GATHER_ROUND.out
    records_after = records.mix(VALIDATE_DFT.out)

    emit:
    records_after
    results
}
