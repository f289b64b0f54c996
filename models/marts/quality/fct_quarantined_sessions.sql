with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

supporting_rows as (

    select * from {{ ref('int_quality__supporting_rows') }}

),

refused as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        reasons,
        energy_kwh,
        case
            when parse_error is not null then {{ unparsed_record() }}
            else masked_record
        end as masked_record
    from sessions
    where row_class = 'quarantined'
    union all
    select
        source_system,
        source_file,
        source_line,
        load_id,
        parse_error as reasons,
        null as energy_kwh,
        {{ unparsed_record() }} as masked_record
    from supporting_rows
    where parse_error is not null

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        reasons,
        cast(energy_kwh as decimal(18, 6)) as energy_kwh,
        masked_record
    from refused

)

select * from final
