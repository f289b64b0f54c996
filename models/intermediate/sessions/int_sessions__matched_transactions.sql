{{ config(materialized=restated(), meta={'restated': {}}) }}
-- One plug-in that a CDR or a Session and a charger's messages tell of under different ids: on one
-- port or connector, starting within five minutes of each other, and sharing at least 80 % of the
-- shorter of the two. Pairs are one to one: each must be the other's nearest.
with identified as (

    select * from {{ ref('int_sessions__identified') }}
    where record_kind is not null and not is_refused and not is_open

),

credits as (

    select * from {{ ref('int_sessions__credits') }}

),

standing as (

    select
        identified.session_id,
        identified.source_system,
        identified.native_session_id,
        identified.started_at_utc,
        identified.ended_at_utc,
        {{ place_without_owner('identified.native_port_id') }} as port_place,
        {{ place_without_owner('identified.native_connector_id') }} as connector_place,
        identified.record_kind = 'OCPP' as is_message,
        row_number() over (
            partition by identified.session_id, identified.record_kind = 'OCPP'
            order by
                identified.record_kind asc,
                identified.last_updated_utc desc nulls last,
                identified.exported_on desc nulls last,
                {{ session_content('identified') }} desc
        ) as version_rank
    from identified
    left join credits on identified.row_id = credits.row_id
    where credits.row_id is null

),

sessions as (

    select
        *,
        {{ integer_divide(
            seconds_between("timestamp '2000-01-01 00:00:00'", 'started_at_utc'), 300
        ) }} as five_minutes
    from standing
    where version_rank = 1

),

billed as (

    select * from sessions
    where not is_message

),

steps as (

    select -1 as step
    union all
    select 0 as step
    union all
    select 1 as step

),

messages as (

    select
        sessions.*,
        sessions.five_minutes + steps.step as near_five_minutes
    from sessions
    cross join steps
    where
        sessions.is_message
        and sessions.session_id not in (select known.session_id from billed as known)

),

near_each_other as (
    {% for place in ['port_place', 'connector_place'] %}
    select
        messages.source_system,
        messages.native_session_id,
        messages.session_id as message_session_id,
        billed.session_id,
        abs({{ seconds_between('messages.started_at_utc', 'billed.started_at_utc') }})
            as seconds_apart,
        {{ seconds_between(
            'greatest(messages.started_at_utc, billed.started_at_utc)',
            'least(messages.ended_at_utc, billed.ended_at_utc)'
        ) }} as shared_seconds,
        least(
            {{ seconds_between('messages.started_at_utc', 'messages.ended_at_utc') }},
            {{ seconds_between('billed.started_at_utc', 'billed.ended_at_utc') }}
        ) as shorter_seconds
    from messages
    inner join billed
        on
            messages.source_system = billed.source_system
            and messages.{{ place }} = billed.{{ place }}
            and messages.near_five_minutes = billed.five_minutes
    {%- if not loop.last %}
    union distinct
    {%- endif %}
    {%- endfor %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by message_session_id
            order by seconds_apart asc, shared_seconds desc, session_id asc
        ) as rank_of_billed,
        row_number() over (
            partition by session_id
            order by seconds_apart asc, shared_seconds desc, message_session_id asc
        ) as rank_of_message
    from near_each_other
    where seconds_apart <= 300 and shared_seconds * 10 >= shorter_seconds * 8

),

final as (

    select
        source_system,
        native_session_id,
        message_session_id,
        session_id
    from ranked
    where rank_of_billed = 1 and rank_of_message = 1

)

select * from final
