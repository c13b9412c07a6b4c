/** Checks a user's SSSP files one by one against the manifest: name, MD5, all elements there. */
process CHECK_PSEUDOPOTENTIALS {
    label 'small'

    input:
    path pseudo_dir, stageAs: 'given'
    path manifest
    val digest

    output:
    path 'pseudopotentials'

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials pseudopotentials check --pseudo-dir given --manifest ${manifest} --out pseudopotentials
    """

    stub:
    """
    mkdir pseudopotentials
    touch pseudopotentials/Si.UPF
    """
}
