-- Protects exactness: no public mart outside forecasting keeps energy, power, emissions or money in
-- floating point. Quotients (`..._per_...`) are not amounts and may.
{%- set marts = [
    'dim_stations', 'dim_ports', 'dim_connectors', 'fct_charging_sessions', 'fct_energy_15min',
    'fct_energy_hourly', 'fct_energy_hourly_local', 'rpt_energy_by_hour_location',
    'rpt_station_efficiency', 'fct_revenue_daily', 'rpt_sustainability_trend',
    'fct_quarantined_sessions', 'rpt_reconciliation',
] %}
{%- set endings = ('_kwh', '_kw', '_kg_co2', '_amount') %}
{%- set offenders = [] %}
{%- for mart in marts %}
{%- set relation = ref(mart) %}
{%- if execute %}
{%- for column in adapter.get_columns_in_relation(relation) %}
{%- if column.name.endswith(endings) and '_per_' not in column.name
                and not column.is_numeric() and 'DECIMAL' not in column.dtype | upper %}
{%- do offenders.append(mart ~ '.' ~ column.name ~ ' ' ~ column.dtype) %}
{%- endif %}
{%- endfor %}
{%- endif %}
{%- endfor %}
with final as (
    {% for offender in offenders %}
    select '{{ offender }}' as offender
    union all
    {%- endfor %}
    select cast(null as varchar) as offender

)

select * from final
where offender is not null
