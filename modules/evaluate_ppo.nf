/** Rewards, formulas and semiconductors of the agents over whole episodes. */
process EVALUATE_PPO {
    label 'training'

    input:
    path agents
    path members
    val episodes
    val seed
    val digest

    output:
    path 'evaluation.json'

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials ppo evaluate ${agents.collect { a -> "--agent ${a}" }.join(' ')} \\
        ${members.collect { m -> "--surrogate ${m}" }.join(' ')} \\
        --episodes ${episodes} --seed ${seed} ${task.ext.args ?: ''} --out evaluation.json
    """

    stub:
    """
    touch evaluation.json
    """
}
