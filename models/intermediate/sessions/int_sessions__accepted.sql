-- The sessions that count, with what follows from a row and its neighbours.
with sessions as (

    select * from {{ ref('int_sessions__classified') }}

),

source_systems as (

    select * from {{ ref('source_systems') }}

),

accepted as (

    select * from sessions
    where row_class = 'accepted'

),

ordered as (

    select
        *,
        max(ended_at_utc) over (
            partition by connector_id
            order by started_at_utc, ended_at_utc, session_id
            rows between unbounded preceding and 1 preceding
        ) as connector_busy_until
    from accepted

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
                'timed.ended_at_utc', 'source_systems.declared_lag_minutes * 60'
            ) }}
        ) as known_at_utc,
        timed.energy_kwh,
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
    left join source_systems on timed.source_system = source_systems.source_system

)

select * from final
