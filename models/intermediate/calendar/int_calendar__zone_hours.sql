-- UTC hours by the local hour that they lie in: one, mostly; two where a zone is off by a part of
-- an hour.
with quarter_hours as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

final as (

    select
        time_zone,
        hour_start_utc,
        hour_start_local,
        utc_offset_minutes,
        date_local,
        hour_of_day,
        count(*) * 15 as minutes
    from quarter_hours
    group by
        time_zone,
        hour_start_utc,
        hour_start_local,
        utc_offset_minutes,
        date_local,
        hour_of_day

)

select * from final
