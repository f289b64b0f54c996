{#- Stations of which something changed, and the days and months that follow from it. -#}

{#- Stations of which something changed that their hours, days and months follow from. -#}
{% macro changed_stations() -%}
    select station_id
    from changes.int_stations__unioned
    group by station_id, changed_in
    having
        count(*) = 1
        or count(distinct (
            time_zone, grid_zone, country_code, region, city, station_name, latitude, longitude,
            port_count, rated_kw
        )) > 1
{%- endmacro %}

{#- All days that a table tells of a changed station. -#}
{% macro days_of_changed_stations(table) -%}
    select station_id, date_local from {{ table }}
    where station_id in ({{ changed_stations() }})
{%- endmacro %}

{% macro months_of_changed_stations(table) -%}
    select station_id, month from {{ table }}
    where station_id in ({{ changed_stations() }})
{%- endmacro %}
