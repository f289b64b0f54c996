-- Formula: wind + sun + water over all generation of the hour. A source that draws more than it
-- makes counts as none; an hour that lacks one of its sources has no share.
{%- set sources = ['wnd', 'sun', 'wat', 'oil', 'ng', 'col', 'nuc', 'oth'] %}
{%- set made = [] %}
{%- for name in sources %}{% do made.append(not_below_zero(name ~ '_mwh')) %}{% endfor %}
{%- set stamp = adapter.quote('timestamp') %}
{%- set columns = ['timestamp'] + sources + ['avg_ci', 'stamp_marks', 'intensity'] %}
with landed as (

    {{ landed_rows('carbon', 'generation', columns) }}

),

typed as (

    select
        *,
        {%- for name in sources %}
        {{ try_to_decimal(name, 15, 3) }} as {{ name }}_mwh,
        {%- endfor %}
        {{ moment_to_utc(stamp) }} as stamp_utc,
        {{ try_to_decimal('avg_ci', 9, 3) }} as g_co2_per_kwh
    from landed

),

final as (

    select
        {{ grid_reading({
            'exported_on': try_to_date('exported_on'),
            'interval_start_utc': reading_start('stamp_utc', 'stamp_marks', 3600),
            'interval_seconds': '3600',
            'g_co2_per_kwh': 'g_co2_per_kwh',
            'renewable_ratio': ratio(made[:3] | join(' + '), made | join(' + ')),
            'factor_method': reading_method('intensity'),
            'unreadable_fields': unreadable([
                ('start', stamp, 'stamp_utc'), ('intensity', 'avg_ci', 'g_co2_per_kwh'),
            ]),
        }) }}
    from typed

)

select * from final
