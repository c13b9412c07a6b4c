/** Rewards, formulas and semiconductors of an agent over whole episodes. */
process EVALUATE_PPO {
    tag "${agent.name}"
    label 'training'

    input:
    path agent
    path members
    val episodes
    val seed
    val digest

    output:
    path "${agent.name}.evaluation.json"

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials ppo evaluate --agent ${agent} ${members.collect { m -> "--surrogate ${m}" }.join(' ')} \\
        --episodes ${episodes} --seed ${seed} ${task.ext.args ?: ''} --out ${agent.name}.evaluation.json
    """

    stub:
    """
    touch ${agent.name}.evaluation.json
    """
}
