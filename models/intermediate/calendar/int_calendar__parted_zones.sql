-- Zones that are off, now and then at least, by half or a quarter of an hour.
with zone_hours as (

    select * from {{ ref('int_calendar__zone_hours') }}

),

final as (

    select distinct time_zone
    from zone_hours
    where minutes < 60

)

select * from final
