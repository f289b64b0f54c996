-- A session as stretches of time with constant power, in whole micro-kWh and whole seconds.
-- Stretches follow each other from start to end; idle stretches carry no energy.
with sessions as (

    select * from {{ ref('int_sessions__accepted') }}

),

meter_stretches as (

    select * from {{ ref('int_energy__meter_stretches') }}
    where is_usable

),

period_stretches as (

    select * from {{ ref('int_energy__period_stretches') }}

),

usual_power as (

    select * from {{ ref('int_energy__usual_power') }}

),

powered as (

    select
        sessions.*,
        coalesce(sessions.rated_kw, usual_power.usual_kw) as limiting_kw
    from sessions
    left join usual_power on sessions.session_id = usual_power.session_id

),

methods as (

    select
        *,
        {{ to_micro_kwh('energy_kwh') }} as micro_kwh,
        case
            when session_id in (select metered_ids.session_id from meter_stretches as metered_ids)
                then 'METER_VALUES'
            when session_id in (select period_ids.session_id from period_stretches as period_ids)
                then 'CHARGING_PERIODS'
            when charging_ended_at_utc is not null and charging_ended_at_utc > started_at_utc
                then 'CHARGING_WINDOW'
            when limiting_kw > 0 and energy_kwh > 0 then 'POWER_LIMITED_FROM_START'
            else 'UNIFORM_CONNECTED'
        end as split_method
    from powered

),

draws as (

    select
        *,
        case split_method
            when 'CHARGING_WINDOW' then charging_ended_at_utc
            when 'POWER_LIMITED_FROM_START'
                then {{ power_limited_end(
                    'started_at_utc', 'ended_at_utc', 'energy_kwh', 'limiting_kw'
                ) }}
            else ended_at_utc
        end as drawing_ended_at_utc
    from methods
    where split_method not in ('METER_VALUES', 'CHARGING_PERIODS')

),

drawing as (

    select
        session_id,
        station_id,
        split_method,
        started_at_utc as segment_start_utc,
        drawing_ended_at_utc as segment_end_utc,
        micro_kwh,
        charging_ended_at_utc > started_at_utc as is_charging,
        charging_ended_at_utc is not null and not end_is_charging_end as is_idle_known
    from draws

),

idle as (

    select
        session_id,
        station_id,
        split_method,
        drawing_ended_at_utc as segment_start_utc,
        ended_at_utc as segment_end_utc,
        cast(0 as bigint) as micro_kwh,
        case when charging_ended_at_utc is not null then false end as is_charging,
        charging_ended_at_utc is not null and not end_is_charging_end as is_idle_known
    from draws
    where drawing_ended_at_utc < ended_at_utc

),

measured as (

    select
        session_id,
        segment_start_utc,
        segment_end_utc,
        micro_kwh,
        'METER_VALUES' as split_method
    from meter_stretches
    union all
    select
        session_id,
        segment_start_utc,
        segment_end_utc,
        micro_kwh,
        'CHARGING_PERIODS' as split_method
    from period_stretches

),

placed as (

    select
        methods.session_id,
        methods.station_id,
        methods.split_method,
        methods.charging_ended_at_utc,
        measured.segment_start_utc,
        measured.segment_end_utc,
        measured.micro_kwh,
        methods.charging_ended_at_utc is not null and not methods.end_is_charging_end
            as is_idle_known
    from measured
    inner join methods
        on
            measured.session_id = methods.session_id
            and measured.split_method = methods.split_method

),

-- A stretch in which the charging ends is cut there: its energy came before.
measured_before as (

    select
        session_id,
        station_id,
        split_method,
        segment_start_utc,
        least(segment_end_utc, coalesce(charging_ended_at_utc, segment_end_utc))
            as segment_end_utc,
        micro_kwh,
        case when charging_ended_at_utc is not null then true end as is_charging,
        is_idle_known
    from placed
    where charging_ended_at_utc is null or segment_start_utc < charging_ended_at_utc

),

measured_after as (

    select
        session_id,
        station_id,
        split_method,
        greatest(segment_start_utc, charging_ended_at_utc) as segment_start_utc,
        segment_end_utc,
        case when segment_start_utc >= charging_ended_at_utc then micro_kwh else 0 end
            as micro_kwh,
        false as is_charging,
        is_idle_known
    from placed
    where segment_start_utc >= charging_ended_at_utc or segment_end_utc > charging_ended_at_utc

),

final as (

    select * from drawing
    union all
    select * from idle
    union all
    select * from measured_before
    union all
    select * from measured_after

)

select * from final
