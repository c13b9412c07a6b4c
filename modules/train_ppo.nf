/** Trains an agent that changes crystals, against the surrogate. */
process TRAIN_PPO {
    tag "seed ${seed}"
    label 'training'

    input:
    path members
    each seed
    val timesteps
    path seeds_file, stageAs: 'seeds/*'
    val digest

    output:
    path "seed_${seed}"

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    def own = seeds_file ? "--seeds-file ${seeds_file}" : ''
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials ppo train ${members.collect { m -> "--surrogate ${m}" }.join(' ')} \\
        --preset search --timesteps ${timesteps} --seed ${seed} ${own} ${task.ext.args ?: ''} --out seed_${seed}
    """

    stub:
    """
    mkdir seed_${seed}
    touch seed_${seed}/config.json
    """
}
