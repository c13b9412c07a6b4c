/** Puts what one round made into a folder of the layout that the report reads. */
process GATHER_ROUND {
    tag "round ${round}"
    label 'small'

    input:
    val round
    path 'dataset/*'
    path 'surrogate/*'
    path 'ppo/*'
    path 'candidates/*'
    path 'validation/*'

    output:
    path "round_${round}"

    script:
    // After a kill Nextflow may start the task again in the same folder.
    """
    rm -rf round_${round}
    mkdir round_${round}
    cp -rL dataset surrogate ppo candidates validation round_${round}/
    """

    stub:
    """
    mkdir round_${round}
    """
}
