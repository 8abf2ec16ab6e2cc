// One run directory a family. families.csv: family,vcf,hpo,ped,case (the last two may be empty)
// nextflow run main.nf --families families.csv
nextflow.enable.dsl = 2

params.families = 'families.csv'
params.out = 'runs'

process ANALYZE {
    tag "${family}"
    publishDir params.out, mode: 'copy'
    cpus 1
    memory '2 GB'

    input:
    tuple val(family), path(vcf), path(hpo), path(ped), path(case_file)

    output:
    path "${family}.rareplan"

    script:
    def pedigree = ped ? "--ped '${ped}'" : ''
    def details = case_file ? "--case '${case_file}'" : ''
    """
    rareplan analyze '${vcf}' --hpo '${hpo}' ${pedigree} ${details} --out '${family}.rareplan' --quiet
    """
}

workflow {
    families = channel
        .fromPath(params.families, checkIfExists: true)
        .splitCsv(header: true)
        .map { row ->
            tuple(
                row.family,
                file(row.vcf, checkIfExists: true),
                file(row.hpo, checkIfExists: true),
                row.ped ? file(row.ped, checkIfExists: true) : [],
                row.case ? file(row.case, checkIfExists: true) : []
            )
        }
    ANALYZE(families)
}
