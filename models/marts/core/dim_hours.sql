with quarter_hours as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

final as (

    select distinct
        hour_start_local,
        date_local,
        hour_of_day
    from quarter_hours

)

select * from final
