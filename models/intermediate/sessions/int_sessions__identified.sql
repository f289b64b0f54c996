{{ config(materialized=restated(), meta={'restated': {
    'key': ['row_id'],
    'touched': touched_rows() ~ " union "
        ~ keys_of_changes(['row_id'], ['int_sessions__natural_ids']),
    'narrows': {
        'int_sessions__located': among_touched('int_sessions__identified', 'row_id'),
        'int_sessions__natural_ids': among_touched('int_sessions__identified', 'row_id'),
    },
}}) }}
{%- set place_and_start = surrogate_key([
    'sessions.source_system', 'sessions.native_charger_id', 'sessions.native_port_id',
    'sessions.started_at_utc',
]) -%}
-- Which rows are one transaction. A feed with ids says so; for the others natural ids do.
with sessions as (

    select * from {{ ref('int_sessions__validated') }}

),

natural_ids as (

    select * from {{ ref('int_sessions__natural_ids') }}

),

final as (

    select
        {{ session_columns('sessions') }},
        sessions.connected_seconds,
        sessions.rules_broken,
        sessions.reasons,
        sessions.is_refused,
        sessions.is_open,
        natural_ids.natural_number,
        natural_ids.natural_end_utc,
        case
            when sessions.native_session_id is not null
                then {{ surrogate_key([
                    'sessions.source_system', 'upper(sessions.native_session_id)',
                ]) }}
            else {{ surrogate_key([
                place_and_start, 'natural_ids.natural_end_utc', 'natural_ids.natural_number',
            ]) }}
        end as session_id
    from sessions
    left join natural_ids on sessions.row_id = natural_ids.row_id

)

select * from final
