-- What feeds know of the state of ports, whatever protocol told it.
with ocpp as (

    select * from {{ ref('int_ocpp__port_states') }}

),

snapshots as (

    select * from {{ ref('int_availability__snapshot_states') }}

),

final as (

    select
        source_system,
        port_id,
        part,
        status,
        state_from_utc,
        state_to_utc
    from ocpp
    union all
    select
        source_system,
        port_id,
        part,
        status,
        state_from_utc,
        state_to_utc
    from snapshots

)

select * from final
