-- A session as stretches of time with constant power, in whole micro-kWh and whole seconds.
-- Stretches follow each other from start to end; idle stretches carry no energy.
with splits as (

    select * from {{ ref('int_energy__splits') }}

),

meter_stretches as (

    select * from {{ ref('int_energy__meter_stretches') }}
    where is_usable

),

period_stretches as (

    select * from {{ ref('int_energy__period_stretches') }}

),

draws as (

    select
        *,
        {{ add_seconds('started_at_utc', 'drawing_seconds') }} as drawing_ended_at_utc
    from splits
    where drawing_seconds is not null

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
        is_idle_known
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
        is_idle_known
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
        splits.session_id,
        splits.station_id,
        splits.split_method,
        splits.charging_ended_at_utc,
        measured.segment_start_utc,
        measured.segment_end_utc,
        measured.micro_kwh,
        splits.is_idle_known
    from measured
    inner join splits
        on
            measured.session_id = splits.session_id
            and measured.split_method = splits.split_method

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
