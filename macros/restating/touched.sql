{#- What arrivals touch, as queries over the tables `changes.<model>`: the parts that several models
    ask for. See docs/restating.md. -#}

{#- Rows of sessions to check anew: those read anew, those of a file whose evidence changed, and open
    ones of a feed in which a connector was used since. -#}
{% macro touched_rows() -%}
    select row_id from changes.int_sessions__located
    union
    select row_id from intermediate.int_sessions__located
    semi join changes.int_sessions__file_evidence using (source_system, load_id)
    union
    select row_id from intermediate.int_sessions__located
    semi join changes.int_sessions__latest_starts using (source_system)
    where ended_at_utc is null
{%- endmacro %}

{#- Sessions one of whose rows changed, or what is said of it by credits and by other records. -#}
{% macro touched_sessions() -%}
    select session_id from changes.int_sessions__identified
    union
    select session_id from intermediate.int_sessions__identified
    semi join changes.int_sessions__credits using (row_id)
    union
    select session_id from changes.int_sessions__matched_transactions
    union
    select message_session_id from changes.int_sessions__matched_transactions
{%- endmacro %}

{#- The same and, as some are counted under the id of another record, those other ids. -#}
{% macro with_matched_ids(sessions) -%}
    select session_id from ({{ sessions }})
    union
    select matched.session_id
    from intermediate.int_sessions__matched_transactions as matched
    inner join ({{ sessions }}) as known on matched.message_session_id = known.session_id
    union
    select matched.message_session_id
    from intermediate.int_sessions__matched_transactions as matched
    inner join ({{ sessions }}) as known on matched.session_id = known.session_id
{%- endmacro %}

{#- Sessions that begin on the connector of a changed row within so many days of it. -#}
{% macro sessions_beside_changes(days) -%}
    select identified.session_id
    from intermediate.int_sessions__identified as identified
    inner join (
        select distinct connector_id, cast(started_at_utc as date) as start_day
        from intermediate.int_sessions__identified
        semi join ({{ touched_sessions() }}) as known using (session_id)
        union
        select distinct connector_id, cast(started_at_utc as date) as start_day
        from changes.int_sessions__identified
    ) as changed
        on
            identified.connector_id = changed.connector_id
            and cast(identified.started_at_utc as date)
            between changed.start_day - {{ days }} and changed.start_day + {{ days }}
{%- endmacro %}

{#- Files one of whose rows may have changed its class. -#}
{% macro touched_files() -%}
    select source_system, load_id from changes.int_sources__landed_loads
    union
    select source_system, load_id from changes.int_sessions__identified
    union
    select source_system, load_id from intermediate.int_sessions__identified
    semi join ({{ with_matched_ids(touched_sessions()) }}) as known using (session_id)
{%- endmacro %}

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

{#- A moment that lies on a touched day of its station, give or take so many days. -#}
{% macro on_touched_days(model_name, rows, from_moment, to_moment, day, days_more=0, place='station_id') -%}
    exists (
        select 1
        from touched.{{ model_name }} as touched_days
        where
            touched_days.{{ place }} = {{ rows }}.{{ place }}
            and touched_days.{{ day }} between cast({{ from_moment }} as date) - {{ days_more }}
            and cast({{ to_moment }} as date) + {{ days_more }}
    )
{%- endmacro %}

{#- Files to read anew: those that came or went, those whose dates are read otherwise now, those of a
    feed whose sessions are put together from several files, and those with rows at a place of which
    something changed. -#}
{% macro touched_loads() -%}
    select source_system, load_id from changes.int_sources__landed_loads
    union
    select source_system, load_id from changes.int_dates__file_order
    union
    select source_system, load_id from intermediate.int_sources__landed_loads
    where source_system in (
        select source_system from changes.int_sources__landed_loads where entity like 'ocp%'
        union
        select source_system from changes.int_stations__shared_ids
    )
    union
    select source_system, load_id from intermediate.int_sessions__located
    semi join changes.int_stations__connectors using (source_system, native_connector_id)
    union
    select source_system, load_id from intermediate.int_sessions__located
    semi join changes.int_stations__chargers using (source_system, native_charger_id)
    union
    select source_system, load_id from intermediate.int_sessions__located
    where station_id in (
        select station_id from ({{ changed_stations() }})
        union
        select source_system || ':UNKNOWN' from changes.int_stations__unioned
    )
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
            read: on_touched_days(model_name, read, moment, moment, name, days_more)
        }) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}

{#- All days that a table tells of a changed station. -#}
{% macro days_of_changed_stations(table) -%}
    select station_id, date_local from {{ table }}
    where station_id in ({{ changed_stations() }})
{%- endmacro %}

{#- Months in which a day changed. -#}
{% macro months_of_changes(model_name) -%}
    select station_id, cast(date_trunc('month', date_local) as date) as month
    from changes.{{ model_name }}
{%- endmacro %}

{% macro months_of_changed_stations(table) -%}
    select station_id, month from {{ table }}
    where station_id in ({{ changed_stations() }})
{%- endmacro %}

{% macro in_touched_months(model_name) -%}
    (station_id, cast(date_trunc('month', date_local) as date)) in (
        select (station_id, month) from touched.{{ model_name }}
    )
{%- endmacro %}

{#- Every session with a row in a touched file: its other rows say which class that row is of. -#}
{% macro sessions_in_touched_files(model_name) -%}
    {%- set known -%}
        select session_id from intermediate.int_sessions__identified
        semi join touched.{{ model_name }} using (source_system, load_id)
    {%- endset -%}
    session_id in ({{ with_matched_ids(known) }})
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
