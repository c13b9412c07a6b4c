/** Says of each candidate what DFT found, and whether the controls came out right. */
process CLASSIFY_VALIDATION {
    label 'small'

    input:
    path candidates
    path by_chance
    tuple path(dataset), path(structures)
    path records
    path bootstrap, stageAs: 'bootstrap/*'
    path seeds_file, stageAs: 'seeds/*'
    val digest

    output:
    path 'validation.json', emit: verdicts
    path 'candidates.csv', emit: table
    path 'unusual_topology.json', emit: topology

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    def chance = by_chance ? "--random ${by_chance}" : ''
    def own = seeds_file ? "--seeds-file ${seeds_file}" : ''
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials validation classify --candidates ${candidates} --records ${records} ${bootstrap} --dataset ${dataset} \\
        ${chance} ${own} ${task.ext.args ?: ''} --out validation.json
    """

    stub:
    """
    touch validation.json candidates.csv unusual_topology.json
    """
}
