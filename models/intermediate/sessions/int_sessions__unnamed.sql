{{ config(materialized=restated(), meta={'restated': {
    'key': ['row_id'],
    'touched': touched_rows(),
    'narrows': {'int_sessions__located': among_touched('int_sessions__unnamed', 'row_id')},
}}) }}
-- The rows that nothing but place and time can tell apart.
with sessions as (

    select * from {{ ref('int_sessions__validated') }}

),

final as (

    select
        row_id,
        load_id,
        ended_at_utc,
        energy_kwh,
        is_open,
        {{ surrogate_key([
            'source_system', 'native_charger_id', 'native_port_id', 'started_at_utc',
        ]) }} as place_and_start
    from sessions
    where native_session_id is null and not is_refused

)

select * from final
