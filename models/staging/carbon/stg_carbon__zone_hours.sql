{%- set columns = [
    'datetime_utc', 'zone_id', 'intensity_direct', 'intensity_lifecycle', 'renewable_percentage',
    'data_estimated', 'stamp_marks', 'intensity',
] -%}
with landed as (

    {{ landed_rows('carbon', 'zone_hours', columns) }}

),

chosen as (

    select
        *,
        case when intensity = 'lifecycle' then intensity_lifecycle else intensity_direct end
            as raw_intensity
    from landed

),

typed as (

    select
        *,
        {{ moment_to_utc('datetime_utc') }} as stamp_utc,
        {{ try_to_decimal('raw_intensity', 9, 3) }} as g_co2_per_kwh,
        {{ try_to_decimal('renewable_percentage', 9, 4) }} as renewable_percent
    from chosen

),

final as (

    select
        {{ grid_reading({
            'exported_on': try_to_date('exported_on'),
            'grid_zone': 'zone_id',
            'interval_start_utc': reading_start('stamp_utc', 'stamp_marks', 3600),
            'interval_seconds': '3600',
            'g_co2_per_kwh': 'g_co2_per_kwh',
            'renewable_ratio': 'case when renewable_percent between 0 and 100'
                ~ ' then renewable_percent / 100 end',
            'factor_method': reading_method(
                'intensity', "coalesce(lower(data_estimated) in ('true', '1'), false)"
            ),
            'unreadable_fields': unreadable([
                ('start', 'datetime_utc', 'stamp_utc'),
                ('intensity', 'raw_intensity', 'g_co2_per_kwh'),
            ]),
        }) }}
    from typed

)

select * from final
