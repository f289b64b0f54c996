{{ config(materialized=restated(), meta={'restated': {
    'key': ['session_id'],
    'touched': touched_accepted(),
    'narrows': {'int_sessions__identified': beside_touched_accepted()},
}}) }}
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

-- Only what places a session beside its neighbours: sorting whole rows costs three times as much.
beside as (

    select
        session_id,
        connector_id,
        started_at_utc,
        ended_at_utc,
        connected_seconds,
        lead(started_at_utc) over (
            partition by connector_id order by started_at_utc, ended_at_utc, session_id
        ) as next_start_utc
    from {{ ref('int_sessions__classified') }}
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
                and ended_at_utc > next_start_utc
            ),
            false
        ) as is_stuck
    from beside

),

busy as (

    select
        *,
        max(case when not is_stuck then ended_at_utc end) over (
            partition by connector_id
            order by started_at_utc, ended_at_utc, session_id
            rows between unbounded preceding and 1 preceding
        ) as connector_busy_until
    from followed

),

remarkable as (

    select
        session_id,
        is_stuck,
        coalesce(connector_id is not null and started_at_utc < connector_busy_until, false)
            as is_overlapping
    from busy
    where is_stuck or (connector_id is not null and started_at_utc < connector_busy_until)

),

clamped as (

    select
        *,
        case
            when charging_ended_at_utc < started_at_utc then started_at_utc
            when charging_ended_at_utc > ended_at_utc then ended_at_utc
            else charging_ended_at_utc
        end as charging_end_utc
    from accepted

),

timed as (

    select
        clamped.*,
        case
            when not clamped.end_is_charging_end
                then {{ seconds_between('clamped.started_at_utc', 'clamped.charging_end_utc') }}
        end as charging_seconds,
        nullif({% call joined(',') %}
            case when remarkable.is_overlapping then 'OVERLAP_ON_CONNECTOR' end,
            case when remarkable.is_stuck then 'STUCK_SESSION' end,
            clamped.rules_broken
        {% endcall %}, '') as flags
    from clamped
    left join remarkable on clamped.session_id = remarkable.session_id

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
