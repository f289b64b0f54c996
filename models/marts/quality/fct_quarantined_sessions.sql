with uncounted_rows as (

    select * from {{ ref('fct_uncounted_rows') }}

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        reasons,
        energy_kwh,
        masked_record
    from uncounted_rows
    where row_class = 'quarantined'

)

select * from final
