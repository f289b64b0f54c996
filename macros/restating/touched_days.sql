{#- What arrivals touch of the days and months of stations, as queries over the tables
    `changes.<model>`, and the rows that those days need. -#}

{#- Days, as `name`, from the one of a moment to the one of another, by station or by port. -#}
{% macro days_spanned(rows, place, from_moment, to_moment, name, days_more=0) -%}
    select distinct
        {{ place }},
        cast(unnest(generate_series(
            cast({{ from_moment }} as date) - {{ days_more }},
            cast({{ to_moment }} as date) + {{ days_more }},
            interval 1 day
        )) as date) as {{ name }}
    from {{ rows }}
    where {{ place }} is not null
{%- endmacro %}

{#- The days, as `name`, of what changed in models that tell a moment for each row. -#}
{% macro days_of_changes(moments, name, days_more=0) -%}
    {%- set parts = [] -%}
    {%- for model_name, moment in moments -%}
        {%- do parts.append(days_spanned(
            'changes.' ~ model_name, 'station_id', moment, moment, name, days_more
        )) -%}
    {%- endfor -%}
    {{ parts | join(' union ') }}
{%- endmacro %}

{#- Of models that tell a moment for each row, the rows on touched days. -#}
{% macro narrowed_to_days(model_name, moments, name, days_more=0) -%}
    {%- set rows = {} -%}
    {%- for read, moment in moments -%}
        {%- do rows.update({
            read: on_one_of_touched_days(model_name, read, moment, name, days_more)
        }) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}

{#- Rows with a moment on a touched day of their station, give or take so many days. -#}
{% macro on_one_of_touched_days(model_name, rows, moment, day, days_more=0) -%}
    semi join (
        select distinct
            station_id,
            {{ day }} + cast(unnest(range(-{{ days_more }}, {{ days_more + 1 }})) as integer)
                as day
        from touched.{{ model_name }}
    ) as touched_days
        on
            {{ rows }}.station_id = touched_days.station_id
            and cast({{ rows }}.{{ moment }} as date) = touched_days.day
{%- endmacro %}

{#- Rows that reach into a touched day of their place, give or take so many days. -#}
{% macro on_touched_days(model_name, rows, from_moment, to_moment, day, days_more=0, place='station_id') -%}
    semi join touched.{{ model_name }} as touched_days
        on
            {{ rows }}.{{ place }} = touched_days.{{ place }}
            and touched_days.{{ day }} between cast({{ from_moment }} as date) - {{ days_more }}
            and cast({{ to_moment }} as date) + {{ days_more }}
{%- endmacro %}

{#- Days on which a span of service begins or ends otherwise than it did, or has gone or come. -#}
{% macro days_of_changed_spans() -%}
    select
        station_id,
        day_utc
    from (
        select
            station_id,
            changed_in,
            first_hour_utc,
            last_hour_utc,
            cast(unnest(generate_series(
                cast(first_hour_utc as date), cast(last_hour_utc as date), interval 1 day
            )) as date) as day_utc
        from changes.int_stations__service_spans
    ) as days
    group by station_id, day_utc, changed_in
    having
        count(*) = 1
        or count(distinct (
            greatest(first_hour_utc, cast(day_utc as timestamp)),
            least(last_hour_utc, cast(day_utc as timestamp) + interval 23 hour)
        )) > 1
{%- endmacro %}

{#- Months in which a day changed. -#}
{% macro months_of_changes(model_name) -%}
    select station_id, cast(date_trunc('month', date_local) as date) as month
    from changes.{{ model_name }}
{%- endmacro %}

{% macro in_touched_months(model_name) -%}
    (station_id, cast(date_trunc('month', date_local) as date)) in (
        select (station_id, month) from touched.{{ model_name }}
    )
{%- endmacro %}

{#- Spans of service, cut to the touched days. -#}
{% macro spans_on_touched_days(model_name) -%}
    select
        spans.station_id,
        spans.window_number,
        greatest(spans.first_hour_utc, cast(touched_days.day_utc as timestamp)) as first_hour_utc,
        least(
            spans.last_hour_utc, cast(touched_days.day_utc as timestamp) + interval 23 hour
        ) as last_hour_utc
    from intermediate.int_stations__service_spans as spans
    inner join touched.{{ model_name }} as touched_days
        on spans.station_id = touched_days.station_id
{%- endmacro %}

{#- Days of stations in whose grid zone a factor changed. -#}
{% macro days_of_changed_factors() -%}
    select
        station_id,
        date_local
    from (
        {{ days_spanned(
            'changes.int_grid__hourly_factors', 'grid_zone', 'hour_start_utc', 'hour_start_utc',
            'date_local', 1
        ) }}
    ) as days_of_zones
    inner join intermediate.int_stations__unioned using (grid_zone)
{%- endmacro %}
