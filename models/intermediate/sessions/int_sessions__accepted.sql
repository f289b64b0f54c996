-- The sessions that count, with what follows from a row and its neighbours.
with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

feeds as (

    select * from {{ ref('int_sources__feeds') }}

),

accepted as (

    select * from sessions
    where row_class = 'accepted'

),

-- A stop that came days late, although others charged on the connector meanwhile.
followed as (

    select
        *,
        coalesce(
            connected_seconds > 7 * 86400
            or (
                connected_seconds > 2 * 86400
                and connector_id is not null
                and ended_at_utc > lead(started_at_utc) over (
                    partition by connector_id
                    order by started_at_utc, ended_at_utc, session_id
                )
            ),
            false
        ) as is_stuck
    from accepted

),

ordered as (

    select
        *,
        max(case when not is_stuck then ended_at_utc end) over (
            partition by connector_id
            order by started_at_utc, ended_at_utc, session_id
            rows between unbounded preceding and 1 preceding
        ) as connector_busy_until
    from followed

),

clamped as (

    select
        *,
        case
            when charging_ended_at_utc < started_at_utc then started_at_utc
            when charging_ended_at_utc > ended_at_utc then ended_at_utc
            else charging_ended_at_utc
        end as charging_end_utc
    from ordered

),

timed as (

    select
        *,
        case
            when not end_is_charging_end
                then {{ seconds_between('started_at_utc', 'charging_end_utc') }}
        end as charging_seconds,
        nullif(concat_ws(
            ',',
            case
                when connector_id is not null and started_at_utc < connector_busy_until
                    then 'OVERLAP_ON_CONNECTOR'
            end,
            case when is_stuck then 'STUCK_SESSION' end,
            rules_broken
        ), '') as flags
    from clamped

),

final as (

    select
        timed.session_id,
        timed.source_system,
        timed.native_session_id,
        timed.station_id,
        timed.port_id,
        timed.connector_id,
        timed.rated_kw,
        timed.time_zone,
        timed.started_at_utc,
        timed.ended_at_utc,
        timed.charging_end_utc as charging_ended_at_utc,
        timed.end_is_charging_end,
        coalesce(
            timed.received_at_utc,
            {{ add_seconds(
                'timed.ended_at_utc', 'feeds.declared_lag_minutes * 60'
            ) }}
        ) as known_at_utc,
        timed.energy_kwh,
        timed.energy_export_kwh,
        timed.reserved_seconds,
        timed.connected_seconds,
        timed.charging_seconds,
        timed.connected_seconds - timed.charging_seconds as idle_seconds,
        timed.revenue_amount,
        timed.tax_amount,
        timed.currency,
        timed.payment_method,
        timed.driver_key,
        timed.vehicle,
        timed.stop_reason,
        case
            when timed.energy_kwh = 0 then 'NO_ENERGY'
            when timed.stop_reason in ('EmergencyStop', 'PowerLoss', 'HardReset', 'GroundFault')
                then 'FAULT_STOP'
            else 'SUCCESS'
        end as outcome,
        {{ sort_text_list('timed.flags') }} as broken_rules,
        timed.source_file,
        timed.source_line,
        timed.load_id
    from timed
    left join feeds on timed.source_system = feeds.source_system

)

select * from final
