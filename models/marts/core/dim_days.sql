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
        cast({{ truncated('month', 'date_local') }} as date) as month,
        cast({{ iso_year('date_local') }} as integer) as iso_year,
        cast({{ iso_week('date_local') }} as integer) as iso_week,
        cast({{ iso_weekday('date_local') }} as integer) as iso_weekday,
        {{ iso_weekday('date_local') }} >= 6 as is_weekend
    from days

)

select * from final
