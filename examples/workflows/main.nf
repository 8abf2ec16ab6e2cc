// One run directory a family. families.csv: family,vcf,ped,hpo
// nextflow run main.nf --families families.csv
params.families = 'families.csv'
params.out = 'runs'

process ANALYZE {
    tag "$family"
    publishDir params.out, mode: 'copy'
    cpus 1
    memory '2 GB'

    input:
    tuple val(family), path(vcf), path(ped), path(hpo)

    output:
    path "${family}.rareplan"

    script:
    """
    rareplan analyze ${vcf} --ped ${ped} --hpo ${hpo} --out ${family}.rareplan --quiet
    """
}

workflow {
    Channel.fromPath(params.families)
        .splitCsv(header: true)
        .map { row -> tuple(row.family, file(row.vcf), file(row.ped), file(row.hpo)) }
        | ANALYZE
}
