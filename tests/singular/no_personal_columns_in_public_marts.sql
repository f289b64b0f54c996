-- Protects people: no public mart has a column that names, locates or bills a person.
{%- set marts = [
    'dim_stations', 'dim_ports', 'dim_connectors', 'fct_charging_sessions', 'fct_energy_15min',
    'fct_energy_hourly', 'fct_energy_hourly_local', 'rpt_energy_by_hour_location',
    'rpt_station_efficiency', 'fct_revenue_daily', 'rpt_sustainability_trend',
    'fct_quarantined_sessions', 'rpt_reconciliation',
] %}
{%- set personal = [
    'driver_name', 'first_name', 'last_name', 'email', 'phone', 'card', 'token', 'rfid', 'uid',
    'plate', 'vin', 'vehicle', 'customer', 'user', 'contract', 'account',
] %}
{%- set offenders = [] %}
{%- for mart in marts %}
{%- set relation = ref(mart) %}
{%- if execute %}
{%- for column in adapter.get_columns_in_relation(relation) %}
{%- for word in personal if word in column.name.lower().split('_')
                or word == column.name.lower() %}
{%- do offenders.append(mart ~ '.' ~ column.name) %}
{%- endfor %}
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
