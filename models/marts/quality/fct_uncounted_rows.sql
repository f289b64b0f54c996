{{ config(materialized=restated(), meta={'restated': {
    'key': ['source_system', 'load_id'],
    'touched': touched_files() ~ " union " ~ keys_of_changes(
        ['source_system', 'load_id'], ['int_quality__supporting_rows']
    ),
    'narrows': {'int_sessions__identified': sessions_in_touched_files('fct_uncounted_rows')},
}}) }}
with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

supporting_rows as (

    select * from {{ ref('int_quality__supporting_rows') }}

),

left_out as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        row_class,
        reasons,
        rules_broken,
        session_id,
        station_id,
        {{ utc_to_local('started_at_utc', 'time_zone') }} as started_at_local,
        energy_kwh,
        case
            when row_class <> 'quarantined' then null
            when parse_error is not null then {{ unparsed_record() }}
            else masked_record
        end as masked_record
    from sessions
    where row_class <> 'accepted'
    union all
    select
        source_system,
        source_file,
        source_line,
        load_id,
        'quarantined' as row_class,
        parse_error as reasons,
        parse_error as rules_broken,
        null as session_id,
        null as station_id,
        null as started_at_local,
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
        row_class,
        reasons,
        rules_broken,
        session_id,
        station_id,
        started_at_local,
        cast(energy_kwh as decimal(18, 6)) as energy_kwh,
        masked_record
    from left_out

)

select * from final
