{#- The marts whose columns are reviewed one by one, and the findings as rows of a test. -#}

{% macro reviewed_marts() -%}
    {{ return([
        'dim_stations', 'dim_ports', 'dim_connectors', 'dim_days', 'dim_hours',
        'fct_charging_sessions',
        'fct_energy_15min', 'fct_energy_hourly', 'fct_energy_hourly_local',
        'rpt_energy_by_hour_location', 'rpt_station_efficiency', 'fct_revenue_daily',
        'fct_emissions_daily', 'rpt_emissions_by_hour_location', 'rpt_sustainability_trend',
        'fct_uncounted_rows', 'fct_quarantined_sessions', 'rpt_reconciliation', 'fct_runs',
    ]) }}
{%- endmacro %}

{% macro offender_rows(offenders) -%}
    {%- for offender in offenders %}
    select '{{ offender }}' as offender
    union all
    {%- endfor %}
    select cast(null as varchar) as offender
{%- endmacro %}
