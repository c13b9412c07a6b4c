/** Metrics of the ensemble on structures it has not seen. */
process EVALUATE_SURROGATE {
    label 'training'

    input:
    path members
    tuple path(dataset), path(structures)
    val digest

    output:
    path 'metrics.json', emit: metrics
    path 'metrics_*.svg', emit: pictures, optional: true

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials surrogate evaluate ${members.collect { m -> "--model ${m}" }.join(' ')} \\
        --dataset ${dataset} ${task.ext.args ?: ''} --out metrics.json
    """

    stub:
    """
    touch metrics.json metrics_grouped_split.svg
    """
}
