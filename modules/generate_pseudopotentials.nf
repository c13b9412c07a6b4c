/** Makes the ultrasoft pseudopotentials of the 14 elements with ld1.x. */
process GENERATE_PSEUDOPOTENTIALS {
    label 'small'

    input:
    path decks, stageAs: 'decks/*'
    val ld1
    val digest

    output:
    path 'pseudopotentials'

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials pseudopotentials generate --decks decks --out pseudopotentials
    """

    stub:
    """
    mkdir pseudopotentials
    touch pseudopotentials/Si.UPF
    """
}
