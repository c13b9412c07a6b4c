/** Writes the seed crystals, then perturbed, strained and swapped ones. */
process GENERATE_STRUCTURES {
    label 'small'

    input:
    path seeds_file, stageAs: 'seeds/*'
    val count
    val seed
    val digest

    output:
    path 'structures.jsonl'

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    def own = seeds_file ? "--seeds-file ${seeds_file}" : ''
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials seeds --count ${count} --seed ${seed} ${own} --out structures.jsonl
    """

    stub:
    """
    for i in \$(seq ${count}); do echo "{\\"id\\": \\"stub \$i\\"}"; done > structures.jsonl
    """
}
