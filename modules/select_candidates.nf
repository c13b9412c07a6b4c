/** Picks the best structures the agents met: valid, new, unlike each other. */
process SELECT_CANDIDATES {
    label 'training'

    input:
    path agents
    path members
    tuple path(dataset), path(structures)
    path records
    val top_k
    path seeds_file, stageAs: 'seeds/*'
    val round
    val digest

    output:
    path 'candidates.jsonl', emit: candidates
    path 'rejected.csv', emit: rejected

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    def own = seeds_file ? "--seeds-file ${seeds_file}" : ''
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials candidates ${agents.collect { a -> "--agent ${a}" }.join(' ')} \\
        ${members.collect { m -> "--surrogate ${m}" }.join(' ')} \\
        --dataset ${dataset} --records ${records} --top ${top_k} ${own} \\
        --round ${round} ${task.ext.args ?: ''} --out candidates.jsonl
    """

    stub:
    """
    for i in \$(seq ${top_k}); do echo "{\\"id\\": \\"candidate \$i\\"}"; done > candidates.jsonl
    touch rejected.csv
    """
}
