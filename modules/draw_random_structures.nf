/**
 * Structures that chance makes with the actions of the agents, new to the data like the candidates: how often
 * would DFT confirm one without a search?
 */
process DRAW_RANDOM_STRUCTURES {
    label 'small'

    input:
    val count
    val seed
    tuple path(dataset), path(structures)
    path records
    path seeds_file, stageAs: 'seeds/*'
    val round
    val digest

    output:
    path 'random.jsonl'

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    def own = seeds_file ? "--seeds-file ${seeds_file}" : ''
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials candidates --random --top ${count} --seed ${seed} ${own} --dataset ${dataset} --records ${records} \\
        --round ${round} ${task.ext.args ?: ''} --out random.jsonl
    """

    stub:
    """
    for i in \$(seq ${count}); do echo "{\\"id\\": \\"random \$i\\"}"; done > random.jsonl
    """
}
