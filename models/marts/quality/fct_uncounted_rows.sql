{%- set among = among_touched('fct_uncounted_rows', 'load_id') -%}
{{ config(materialized=restated(), meta={'restated': {
    'key': ['source_system', 'load_id'],
    'touched': touched_files() ~ " union " ~ keys_of_changes(
        ['source_system', 'load_id'], ['int_quality__supporting_rows']
    ),
    'narrows': {
        'int_sessions__identified': sessions_in_touched_files('fct_uncounted_rows'),
        'landed_rows': among, 'int_ocpi__records': among, 'int_ocpp__sessions': among,
    },
}}) }}
with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

landed as (

    select * from {{ ref('int_sessions__unioned') }}

),

supporting_rows as (

    select * from {{ ref('int_quality__supporting_rows') }}

),

-- Their records are read from their files again: no other table carries them along.
refused_records as (

    select
        sessions.row_id,
        landed.masked_record
    from landed
    inner join sessions
        on
            landed.source_system = sessions.source_system
            and landed.load_id = sessions.load_id
            and landed.source_line = sessions.source_line
    where sessions.row_class = 'quarantined' and sessions.parse_error is null

),

left_out as (

    select
        sessions.source_system,
        sessions.source_file,
        sessions.source_line,
        sessions.load_id,
        sessions.row_class,
        sessions.reasons,
        sessions.rules_broken,
        sessions.session_id,
        sessions.station_id,
        {{ utc_to_local('sessions.started_at_utc', 'sessions.time_zone') }} as started_at_local,
        sessions.energy_kwh,
        case
            when sessions.row_class <> 'quarantined' then null
            when sessions.parse_error is not null then {{ unparsed_record() }}
            else refused_records.masked_record
        end as masked_record
    from sessions
    left join refused_records on sessions.row_id = refused_records.row_id
    where sessions.row_class <> 'accepted'
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
