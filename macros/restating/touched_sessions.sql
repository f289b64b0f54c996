{#- What arrivals touch of files, rows and sessions, as queries over the tables `changes.<model>`. See
    docs/restating.md. -#}

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

{#- Every session with a row in a touched file: its other rows say which class that row is of. -#}
{% macro sessions_in_touched_files(model_name) -%}
    {%- set known -%}
        select session_id from intermediate.int_sessions__identified
        semi join touched.{{ model_name }} using (source_system, load_id)
    {%- endset -%}
    session_id in ({{ with_matched_ids(known) }})
{%- endmacro %}

{#- Rows that nothing but place and time can tell apart, where one of their like changed. -#}
{% macro touched_natural_ids() -%}
    select row_id from changes.int_sessions__unnamed
    union
    select row_id from intermediate.int_sessions__unnamed
    semi join changes.int_sessions__unnamed using (place_and_start)
{%- endmacro %}

{#- Sessions whose class, flags or lag may have changed. Nobody counts as charging for more than
    seven days, so what overlaps follows from sessions that begin at most so far apart. -#}
{% macro touched_accepted() -%}
    {{ with_matched_ids(touched_sessions()) }}
    union
    {{ sessions_beside_changes(8) }}
    union
    select session_id from intermediate.int_sessions__identified
    semi join changes.int_sources__feeds using (source_system)
{%- endmacro %}

{#- The models that say how a session's energy is placed in time. -#}
{% macro split_inputs() -%}
    {{ return([
        'int_sessions__accepted', 'int_energy__usual_power', 'int_energy__meter_stretches',
        'int_energy__period_stretches',
    ]) }}
{%- endmacro %}

{#- Sessions, as they were and as they are, whose energy may be placed in time otherwise now. -#}
{% macro changed_splits() -%}
    (
        select station_id, started_at_utc, ended_at_utc from changes.int_sessions__accepted
        union all
        select station_id, started_at_utc, ended_at_utc from intermediate.int_sessions__accepted
        where session_id in ({{ keys_of_changes(['session_id'], split_inputs()) }})
    ) as sessions
{%- endmacro %}

{#- Those, and whoever decides whether one of them overlaps. -#}
{% macro beside_touched_accepted() -%}
    {%- set known -%}
        select session_id from touched.int_sessions__accepted
        union
        {{ sessions_beside_changes(16) }}
    {%- endset -%}
    session_id in ({{ with_matched_ids(known) }})
{%- endmacro %}
