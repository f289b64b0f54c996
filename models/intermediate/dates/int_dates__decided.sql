{%- set columns = canonical_session_columns() | map(attribute=0)
    | reject('in', date_reading_columns()) | list -%}
{%- set moments = ['started_at', 'ended_at', 'charging_ended_at'] -%}
{%- set changed = [
    'started_at_local', 'ended_at_local', 'charging_ended_at_local', 'started_at_utc',
    'ended_at_utc', 'charging_ended_at_utc', 'unreadable_fields', 'adapter_rules',
] -%}
{%- set never = "timestamp '0001-01-01 00:00:00'" -%}
-- Sessions with their dates read as their file is to be read. A file that cannot be decided keeps
-- its dates as written, and every row on which the readings differ is refused.
with sessions as (

    select * from {{ ref('int_sessions__exports') }}

),

files as (

    select * from {{ ref('int_dates__file_order') }}

),

paired as (

    select
        sessions.*,
        {%- for moment in moments %}
        coalesce(
            sessions.{{ moment }}_swapped
            <> coalesce(sessions.{{ moment }}_utc, sessions.{{ moment }}_local, {{ never }}),
            false
        ) as {{ moment }}_differs,
        {%- endfor %}
        coalesce(files.decision = 'swapped', false) as is_swapped,
        coalesce(files.decision = 'undecidable', false) as is_undecidable
    from sessions
    left join files
        on sessions.source_system = files.source_system and sessions.load_id = files.load_id

),

marked as (

    select
        *,
        started_at_differs or ended_at_differs or charging_ended_at_differs as differs,
        {%- for moment in moments %}
        is_swapped and {{ moment }}_differs and {{ moment }}_utc is null
            as {{ moment }}_local_is_swapped,
        is_swapped and {{ moment }}_differs and {{ moment }}_utc is not null
            as {{ moment }}_utc_is_swapped,
        {%- endfor %}
        ',' || unreadable_fields || ',' as unreadable_list
    from paired

),

mended as (

    select
        *,
        replace(
            replace(
                unreadable_list,
                case when started_at_local_is_swapped then ',start,' else '' end,
                ','
            ),
            case when ended_at_local_is_swapped then ',end,' else '' end,
            ','
        ) as unreadable_left
    from marked

),

final as (

    select
        {%- for name in columns if name not in changed %}
        {{ name }},
        {%- endfor %}
        {%- for moment in moments %}
        {%- for side in ['local', 'utc'] %}
        case
            when {{ moment }}_{{ side }}_is_swapped then {{ moment }}_swapped
            else {{ moment }}_{{ side }}
        end as {{ moment }}_{{ side }},
        {%- endfor %}
        {%- endfor %}
        nullif({{ trim_characters('unreadable_left', ',') }}, '') as unreadable_fields,
        nullif({% call joined(',') %}
            adapter_rules,
            case when is_swapped and differs then 'SWAPPED_DATE_REPAIRED' end,
            case when is_undecidable and differs then 'SWAPPED_DATE_UNDECIDABLE' end
        {% endcall %}, '') as adapter_rules
    from mended

)

select * from final
