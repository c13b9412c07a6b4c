/** Merges DFT records and data sets: each structure once, split by chemical system. */
process MERGE_DATASET {
    label 'data'

    input:
    path records
    path jarvis, stageAs: 'jarvis/*'
    path materials_project, stageAs: 'materials_project/*'
    path id_prop, stageAs: 'id_prop/*'
    path bootstrap, stageAs: 'bootstrap/*'
    val digest

    output:
    tuple path('dataset.csv.gz'), path('dataset.structures.jsonl.gz'), emit: dataset
    path 'merge_report.json', emit: report

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    def sources = [
        jarvis ? "--jarvis ${jarvis}" : '',
        materials_project ? "--materials-project ${materials_project}" : '',
        id_prop ? "--id-prop ${id_prop}" : '',
        bootstrap ? '--bootstrap bootstrap/*.csv.gz' : '',
    ].join(' ').trim()
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    rl-materials dataset merge --records ${records} ${sources} ${task.ext.args ?: ''} \\
        --out dataset.csv.gz --report merge_report.json
    """

    stub:
    """
    touch dataset.csv.gz dataset.structures.jsonl.gz merge_report.json
    """
}
