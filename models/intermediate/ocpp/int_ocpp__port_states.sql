-- What is known of a port's connectors and of its whole charger, from one status to the next, only
-- while the charger was heard of. A boot ends what was known.
with status_events as (

    select * from {{ ref('int_ocpp__status_events') }}

),

connectors as (

    select * from {{ ref('int_ocpp__connectors') }}

),

heard_windows as (

    select * from {{ ref('int_ocpp__heard_windows') }}

),

-- The whole charger tells of each of its connectors, under a part of its own.
reported as (

    select
        connectors.source_system,
        connectors.native_port_id,
        connectors.native_charger_id,
        case
            when status_events.place is null then 'charger'
            else connectors.native_connector_id
        end as part,
        status_events.status_at_utc,
        status_events.status,
        status_events.message_key
    from status_events
    inner join connectors
        on
            status_events.source_system = connectors.source_system
            and status_events.charge_point_id = connectors.charge_point_id
            and coalesce(status_events.evse_id, connectors.port_number) = connectors.port_number
            and coalesce(status_events.connector_id, connectors.connector_number)
            = connectors.connector_number
    where not status_events.is_boot

),

parts as (

    select distinct
        source_system,
        native_port_id,
        native_charger_id,
        part
    from reported

),

forgotten as (

    select
        parts.source_system,
        parts.native_port_id,
        parts.native_charger_id,
        parts.part,
        status_events.status_at_utc,
        'UNKNOWN' as status,
        status_events.message_key
    from parts
    inner join status_events
        on
            parts.source_system = status_events.source_system
            and parts.native_charger_id = status_events.charge_point_id
    where status_events.is_boot

),

unioned as (

    select * from reported
    union distinct
    select * from forgotten

),

followed as (

    select
        *,
        lead(status_at_utc) over (
            partition by source_system, native_port_id, part
            order by status_at_utc, case status when 'UNKNOWN' then 0 else 1 end, message_key
        ) as next_status_at_utc
    from unioned

),

clipped as (

    select
        followed.source_system,
        followed.native_port_id,
        followed.part,
        followed.status,
        {{ truncated('second', 'greatest(followed.status_at_utc, heard_windows.heard_from_utc)') }}
            as state_from_utc,
        {{ truncated(
            'second',
            'least('
                'coalesce(followed.next_status_at_utc, heard_windows.heard_to_utc), '
                'heard_windows.heard_to_utc'
            ')'
        ) }} as state_to_utc
    from followed
    inner join heard_windows
        on
            followed.source_system = heard_windows.source_system
            and followed.native_charger_id = heard_windows.charge_point_id
            and followed.status_at_utc < heard_windows.heard_to_utc
            and coalesce(followed.next_status_at_utc, heard_windows.heard_to_utc)
            > heard_windows.heard_from_utc
    where followed.status <> 'UNKNOWN'

),

final as (

    select
        source_system,
        part,
        status,
        state_from_utc,
        state_to_utc,
        source_system || ':' || native_port_id as port_id
    from clipped
    where state_from_utc < state_to_utc

)

select * from final
