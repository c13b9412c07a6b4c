/** Trains one member of the ensemble. */
process TRAIN_SURROGATE {
    tag "member ${member}"
    label 'training'

    input:
    tuple path(dataset), path(structures)
    each member
    val seed
    val digest

    output:
    path "member_${member}"

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials surrogate train --dataset ${dataset} --member ${member} --seed ${seed} \\
        ${task.ext.args ?: ''} --out member_${member}
    """

    stub:
    """
    mkdir member_${member}
    touch member_${member}/model.json
    """
}
