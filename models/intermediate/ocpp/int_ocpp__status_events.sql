-- What chargers say of their connectors, in the six states of availability. A place of NULL is the
-- whole charger; after a boot nothing is known until a connector reports again.
with calls as (

    select * from {{ ref('int_ocpp__calls') }}
    where action in ('StatusNotification', 'BootNotification')

),

taken_apart as (

    select
        source_system,
        charge_point_id,
        message_key,
        action,
        logged_at_utc,
        {{ moment_to_utc(json_text('payload', '$.timestamp')) }} as stated_at_utc,
        {{ json_text('payload', '$.evseId') }} as evse_id,
        nullif({{ json_text('payload', '$.connectorId') }}, '0') as connector_id,
        coalesce(
            {{ json_text('payload', '$.status') }}, {{ json_text('payload', '$.connectorStatus') }}
        ) as native_status,
        {{ json_text('payload', '$.errorCode') }} as error_code
    from calls

),

final as (

    select
        message_key,
        source_system,
        charge_point_id,
        evse_id,
        connector_id,
        native_status,
        error_code,
        coalesce('evse ' || evse_id, 'connector ' || connector_id) as place,
        case
            when
                stated_at_utc >= timestamp '2008-01-01 00:00:00'
                and stated_at_utc <= logged_at_utc + interval 1 day
                then stated_at_utc
            else logged_at_utc
        end as status_at_utc,
        case
            when native_status = 'Available' then 'AVAILABLE'
            when
                native_status in (
                    'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Occupied'
                )
                then 'OCCUPIED'
            when native_status = 'Reserved' then 'RESERVED'
            when native_status = 'Faulted' then 'FAULTED'
            when native_status = 'Unavailable' then 'UNAVAILABLE'
            else 'UNKNOWN'
        end as status,
        action = 'BootNotification' as is_boot
    from taken_apart

)

select * from final
