// What the head job does itself: it checks parameters, and says in which version of the code and of
// Quantum ESPRESSO the tasks run.

/** Stops with every wrong parameter, one a line, before the first task. */
def checkParameters() {
    // Nextflow writes these into the scripts of tasks, where a shell would expand them.
    def unsafe = [launchDir, projectDir, workDir].collect { folder -> folder.toString() }.find { folder ->
        folder.matches('(?s).*[\\p{Cntrl}$`"\\\\*?\\[\\]{}].*')
    }
    if (unsafe) {
        error("Nextflow cannot work in this folder, for its name holds a control character or any of \$ ` \" \\ * ? [ ] { }:\n${unsafe}")
    }
    def call = programCall(['check', '--params', '-'])
    call.outputStream.withWriter('UTF-8') { out -> out << groovy.json.JsonOutput.toJson(params) }
    def problems = new StringBuilder()
    call.waitForProcessOutput(new StringBuilder(), problems)
    if (call.exitValue() != 0) {
        error("These parameters cannot be used (--help lists all):\n${problems.toString().trim()}")
    }
    if (params.slurm_array > 1 && !('slurm' in workflow.profile.tokenize(','))) {
        error("--slurm_array ${params.slurm_array}: job arrays are for -profile slurm")
    }
    if (params.surrogate_model) {
        surrogateMembers()
    }
}

/**
 * A key that orders files the same in every run: by name and, where two rounds computed the same structures,
 * by what is in them.
 */
def byContent(file) {
    return file.name + ' ' + file.text.md5()
}

/** The folders of --surrogate_model that hold a member each, in the order of their names. */
def surrogateMembers() {
    def members = files("${params.surrogate_model}/member_*", type: 'dir')
        .findAll { folder -> folder.name.matches('member_[0-9]+') }
        .sort { folder -> folder.name }
    if (!members) {
        error("--surrogate_model ${params.surrogate_model}: holds no folder member_0, member_1, ...; expected the folder in which a run keeps its surrogate (results/surrogate)")
    }
    return members
}

/** Keeps beside the trace what made these results: parameters, command, versions, code, programs. */
def recordRun() {
    def folder = file("${params.outdir}/pipeline_info", glob: false)
    folder.mkdirs()
    folder.resolve('params.json').text = json(params)
    folder.resolve('run.json').text = json([
        pipeline: workflow.manifest.name,
        version: workflow.manifest.version,
        revision: workflow.commitId,
        command_line: workflow.commandLine,
        profile: workflow.profile,
        run_name: workflow.runName,
        session: workflow.sessionId.toString(),
        started: workflow.start.toString(),
        launch_folder: launchDir.toString(),
        work_folder: workDir.toString(),
        nextflow: nextflow.version.toString(),
        java: System.getProperty('java.version'),
        container: workflow.container ?: null,
        pw: identity(params.pw_command),
        ld1: identity('ld1.x'),
        code_digests: stageDigests(),
    ])
}

def json(content) {
    return groovy.json.JsonOutput.prettyPrint(groovy.json.JsonOutput.toJson(content)) + '\n'
}

/** All parameters in groups, with units and defaults. */
def parameterHelp() {
    def text = new StringBuilder()
    programCall(['list']).waitForProcessOutput(text, new StringBuilder())
    return text.toString()
}

def programCall(List<String> command) {
    stageDigests()
    def schema = "${projectDir}/nextflow_schema.json".toString()
    def program = "${projectDir}/bin/rl-materials".toString()
    return ([program, 'parameters', command.head(), '--schema', schema] + command.tail()).execute()
}

/**
 * SHA-256 of the code of each stage, written by the build. A task takes its own as an input, so
 * that -resume runs again what a change of code concerns, and only that.
 */
def stageDigests() {
    def home = System.getenv('RL_MATERIALS_HOME') ?: "${projectDir}/lib/target"
    def file = file("${home}/stage-digests.json")
    if (!file.exists()) {
        error("${file} is not there: run 'make build' in ${projectDir} first")
    }
    return new groovy.json.JsonSlurper().parseText(file.text)
}

/**
 * How this run was started and with what, for its report: only what is the same when the run is resumed,
 * also after the project has moved, or the report would be written again for nothing. The rest is in run.json (recordRun).
 */
def provenance(digests) {
    return json([
        command_line: workflow.commandLine
            .replaceAll(/\s-resume(\s+[0-9a-f]{8}-[0-9a-f-]+)?(?=\s|$)/, '')
            .replace("'${workflow.projectDir}'", workflow.manifest.name)
            .replace("${workflow.projectDir}", workflow.manifest.name),
        profile: workflow.profile,
        pipeline_version: workflow.manifest.version,
        revision: workflow.commitId,
        nextflow: nextflow.version.toString(),
        container: workflow.container ?: null,
        pw: identity(params.pw_command),
        parameters: params.sort { entry -> entry.key },
        code_digests: digests,
    ])
}

/**
 * Identifies a program, so that another pw.x is not taken for the one that made a cached result: its
 * checksum where the head job can see it; in a container the image is part of the task already.
 */
def identity(String command) {
    if (workflow.containerEngine || workflow.container) {
        return "${command} of the container"
    }
    def candidates = command.contains('/')
        ? [file(command)]
        : System.getenv('PATH').tokenize(':').collect { folder -> file("${folder}/${command}") }
    def program = candidates.find { candidate -> candidate.exists() && !candidate.isDirectory() }
    // The modules of a job may put other libraries, or another program, in its place.
    return program
        ? "${command} ${program.bytes.digest('SHA-256')} ${params.slurm_modules ?: ''}".trim()
        : "${command} of ${params.slurm_modules ?: 'the compute nodes'}".toString()
}

/** An input that a run may be without: an empty list takes its place. */
def optionalFile(name) {
    return name ? file(name, checkIfExists: true, glob: false) : []
}

/** A dataset merged before and, beside it, the file of its structures; or nothing. */
def optionalDataset(name) {
    return name ? [file(name, checkIfExists: true, glob: false), file(beside(name, 'structures'), checkIfExists: true, glob: false)] : []
}

/** The DFT records of a dataset merged before, where they lie beside it; or nothing. */
def recordsOf(name) {
    def records = name ? file(beside(name, 'records'), glob: false) : null
    return records?.exists() ? records : []
}

def beside(dataset, part) {
    return dataset.toString().replaceFirst(/\.csv\.gz$/, ".${part}.jsonl.gz")
}

/** A checksum of all that a folder holds: of a folder among the inputs Nextflow sees the date alone. */
def contentOf(folder) {
    if (!folder) {
        return ''
    }
    def top = file(folder, glob: false)
    return files("${folder}/**", type: 'file')
        .collect { part -> "${top.relativize(part)} ${part.bytes.digest('SHA-256')}".toString() }
        .sort()
        .join('\n')
        .digest('SHA-256')
}

/** Every round draws other random numbers. */
def seedOf(int round) {
    return params.seed + 1000 * (round - 1)
}

/**
 * Cuts files of structures (one a line) into tasks. What names a batch is a checksum of its text:
 * an id may hold anything, and must reach no path and no shell.
 */
def batches(structures, int size) {
    return structures
        .splitText(by: size, file: true)
        .map { batch -> tuple(batch.text.digest('SHA-256').take(16), batch) }
        .unique { key, batch -> key }
}

/** The elemental references, one structure a line, of the elements that candidates are made of. */
def elementsOf(candidates) {
    def json = new groovy.json.JsonSlurper()
    return candidates
        .flatMap { file ->
            def present = file.readLines().findAll { line -> line }.collectMany { line -> json.parseText(line).species ?: [] }
            projectDir.resolve('data/references/elements.jsonl').readLines().findAll { line ->
                line && json.parseText(line).species.every { symbol -> symbol in present }
            }
        }
        .unique()
        .collectFile(name: 'elements.jsonl', newLine: true, sort: true)
}
