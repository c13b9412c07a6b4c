/**
 * Band gap and effective masses of structures with pw.x. A structure that fails is a record with a
 * reason; a task that fails is trouble of the machine.
 */
process COMPUTE_DFT {
    tag "${key}"
    label 'dft'

    input:
    tuple val(key), path(structures, stageAs: 'structures.jsonl')
    path pseudopotentials
    val protocol
    val pw
    val digest

    output:
    path "${key}.jsonl"

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    // Not task.maxRetries: asking for it settles the error strategy before there is an exit status.
    def last = task.attempt > 3 ? '--last-attempt' : ''
    def seconds = task.time ? "--max-seconds ${(task.time.toSeconds() * 0.95).intValue()}" : ''
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus} -XX:TieredStopAtLevel=1'
    export OMP_NUM_THREADS=1
    store=()
    [ "\${RL_MATERIALS_DFT_STORE:-none}" = none ] || store=(--store "\$RL_MATERIALS_DFT_STORE")
    mkdir -p scratch
    rl-materials dft --structure ${structures} --pseudo-dir ${pseudopotentials} \\
        --protocol ${protocol} --stage-digest ${digest} ${seconds} ${last} \\
        ${task.ext.args ?: ''} ${task.ext.validation ?: ''} ${task.ext.precision ?: ''} \\
        "\${store[@]}" --scratch scratch --out ${key}.jsonl
    rm -rf scratch
    """

    stub:
    """
    cp ${structures} ${key}.jsonl
    """
}
