{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Charging periods as stretches, scaled so that together they hold exactly the energy of their
-- session: each boundary gets the session's energy by the share measured up to it, in integers,
-- and the parts are the differences.
with sessions as (

    select * from {{ ref('int_sessions__classified') }}
    where row_class = 'accepted'

),

periods as (

    select * from {{ ref('int_ocpi__charging_periods') }}

),

within as (

    select
        sessions.session_id,
        sessions.station_id,
        sessions.started_at_utc,
        sessions.ended_at_utc,
        {{ to_micro_kwh('sessions.energy_kwh') }} as session_micro_kwh,
        {{ to_micro_kwh('periods.import_kwh') }} as measured_micro_kwh,
        least(greatest(periods.period_start_utc, sessions.started_at_utc), sessions.ended_at_utc)
            as segment_start_utc,
        least(greatest(periods.period_end_utc, sessions.started_at_utc), sessions.ended_at_utc)
            as segment_end_utc
    from sessions
    inner join periods
        on
            sessions.source_system = periods.source_system
            and sessions.load_id = periods.load_id
            and sessions.source_line = periods.source_line
    where
        not periods.is_reservation
        and ',' || coalesce(sessions.rules_broken, '') || ',' not like '%,PERIODS_MISMATCH,%'

),

merged as (

    select
        session_id,
        station_id,
        started_at_utc,
        ended_at_utc,
        session_micro_kwh,
        segment_start_utc,
        segment_end_utc,
        cast(sum(coalesce(measured_micro_kwh, 0)) as bigint) as measured_micro_kwh
    from within
    group by all

),

reached as (

    select
        *,
        {{ wide_integer(
            'sum(measured_micro_kwh) over (partition by session_id '
            ~ 'order by segment_start_utc, segment_end_utc rows unbounded preceding)'
        ) }} as measured_until,
        {{ wide_integer('sum(measured_micro_kwh) over (partition by session_id)') }}
            as measured_in_all,
        min(segment_start_utc) over (partition by session_id) as first_start_utc,
        count(*) over (partition by session_id) as periods,
        max(
            case
                when measured_micro_kwh > 0 and segment_start_utc = segment_end_utc then 1
                else 0
            end
        ) over (partition by session_id) as has_energy_outside
    from merged

),

scaled as (

    select
        *,
        {{ integer_divide('session_micro_kwh * measured_until', 'measured_in_all') }}
        - {{ integer_divide(
            'session_micro_kwh * (measured_until - measured_micro_kwh)', 'measured_in_all'
        ) }} as micro_kwh
    from reached
    -- One period from start to end says no more than the record itself, and periods after its end
    -- contradict it.
    where
        measured_in_all > 0
        and has_energy_outside = 0
        and (periods > 1 or first_start_utc > started_at_utc)

),

-- Time before the first period is time without energy.
before_the_first as (

    select distinct
        session_id,
        station_id,
        started_at_utc as segment_start_utc,
        first_start_utc as segment_end_utc,
        cast(0 as bigint) as micro_kwh
    from scaled
    where first_start_utc > started_at_utc

),

final as (

    select
        session_id,
        station_id,
        segment_start_utc,
        segment_end_utc,
        cast(micro_kwh as bigint) as micro_kwh
    from scaled
    union all
    select * from before_the_first

)

select * from final
