{%- set columns = ['period_start', 'period_end', 'actual', 'stamp_marks', 'intensity'] -%}
with landed as (

    {{ landed_rows('carbon', 'periods', columns) }}

),

typed as (

    select
        *,
        {{ moment_to_utc('period_start') }} as start_utc,
        {{ moment_to_utc('period_end') }} as end_utc,
        {{ try_to_decimal('actual', 9, 3) }} as g_co2_per_kwh
    from landed

),

timed as (

    select
        *,
        -- A release without ends is one of half hours.
        case
            when end_utc is null then 1800
            when {{ seconds_between('start_utc', 'end_utc') }} between 1 and 3600
                then {{ seconds_between('start_utc', 'end_utc') }}
        end as seconds
    from typed

),

final as (

    select
        {{ grid_reading({
            'exported_on': try_to_date('exported_on'),
            'interval_start_utc': reading_start('start_utc', 'stamp_marks', 'seconds'),
            'interval_seconds': 'seconds',
            'g_co2_per_kwh': 'g_co2_per_kwh',
            'factor_method': reading_method('intensity'),
            'unreadable_fields': unreadable([
                ('start', 'period_start', 'start_utc'),
                ('end', "coalesce(period_end, 'none')", 'seconds'),
                ('intensity', 'actual', 'g_co2_per_kwh'),
            ]),
        }) }}
    from timed

)

select * from final
