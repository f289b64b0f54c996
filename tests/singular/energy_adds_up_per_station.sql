-- Protects the conservation of energy: for every station the sessions, the quarter hours, both
-- kinds of hours and every report hold the same energy to the last digit, not only in total.
{%- set marts = [
    'fct_energy_15min', 'fct_energy_hourly', 'fct_energy_hourly_local',
    'rpt_energy_by_hour_location', 'rpt_station_efficiency', 'rpt_sustainability_trend',
    'fct_revenue_daily', 'fct_emissions_daily', 'rpt_emissions_by_hour_location',
] %}
with sessions as (

    select
        station_id,
        sum(energy_kwh) as energy_kwh
    from {{ ref('fct_charging_sessions') }}
    group by station_id

),

marts as (
    {% for mart in marts %}
    select
        '{{ mart }}' as mart,
        station_id,
        sum(energy_kwh) as energy_kwh
    from {{ ref(mart) }}
    group by station_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

expected as (
    {% for mart in marts %}
    select
        '{{ mart }}' as mart,
        station_id,
        energy_kwh
    from sessions
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select
        marts.energy_kwh,
        expected.energy_kwh as expected_kwh,
        coalesce(marts.mart, expected.mart) as mart,
        coalesce(marts.station_id, expected.station_id) as station_id
    from marts
    full outer join expected
        on marts.mart = expected.mart and marts.station_id = expected.station_id
    where coalesce(marts.energy_kwh, 0) <> coalesce(expected.energy_kwh, 0)

)

select * from final
