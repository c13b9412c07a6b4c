/** Writes the report, the table of candidates and their CIF files. */
process WRITE_REPORT {
    label 'small'

    input:
    path structures, stageAs: 'run/structures/*'
    path records, stageAs: 'run/dft/*'
    path rounds
    path provenance, stageAs: 'run/pipeline_info/*'
    val digest

    output:
    path 'report.html', emit: report
    path 'report.json', emit: numbers
    path 'candidates.csv', emit: candidates
    path 'cif', emit: cif, optional: true
    path 'summary.txt', emit: summary

    script:
    def heap = (task.memory.toMega() * (task.ext.heap ?: 0.8)).intValue()
    // A single round is not put into a folder of its own.
    def place = rounds instanceof List ? "cp -rL ${rounds.join(' ')} run/" : "cp -rL ${rounds}/. run/"
    """
    export RL_MATERIALS_JAVA_OPTS='-Xmx${heap}m -XX:ActiveProcessorCount=${task.cpus}'
    ${place}
    rl-materials report --run run ${task.ext.args ?: ''} --out report.html | tee summary.txt
    """

    stub:
    """
    mkdir cif
    touch report.html report.json candidates.csv
    echo 'Nothing was computed: this was a stub run.' > summary.txt
    """
}
