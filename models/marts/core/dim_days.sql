with quarter_hours as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}

),

days as (

    select distinct date_local
    from quarter_hours

),

final as (

    select
        date_local,
        cast(date_trunc('month', date_local) as date) as month,
        cast(extract('isoyear' from date_local) as integer) as iso_year,
        cast(extract('week' from date_local) as integer) as iso_week,
        cast(extract('isodow' from date_local) as integer) as iso_weekday,
        extract('isodow' from date_local) >= 6 as is_weekend
    from days

)

select * from final
