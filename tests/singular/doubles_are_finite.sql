-- Protects every ratio and minute in the public marts against NaN and infinity, whose difference
-- from themselves is not zero.
{%- set marts = [
    'fct_charging_sessions', 'fct_energy_15min', 'fct_energy_hourly', 'fct_energy_hourly_local',
    'rpt_energy_by_hour_location', 'rpt_station_efficiency', 'rpt_sustainability_trend',
    'rpt_emissions_by_hour_location',
] %}
with offenders as (
    {% for mart in marts %}
    {%- set relation = ref(mart) %}
    {%- if execute %}
    {%- for column in adapter.get_columns_in_relation(relation) if column.is_float() %}
    select '{{ mart }}.{{ column.name }}' as offender
    from {{ relation }}
    where ({{ column.name }} - {{ column.name }}) <> 0
    union all
    {%- endfor %}
    {%- endif %}
    {%- endfor %}
    select cast(null as varchar) as offender

),

final as (

    select
        offender,
        count(*) as row_count
    from offenders
    where offender is not null
    group by offender

)

select * from final
