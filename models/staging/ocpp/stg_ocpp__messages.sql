{%- set columns = [
    'logged_at', 'charge_point_id', 'message', 'message_type', 'unique_id', 'action', 'payload',
    'direction', 'ocpp_version',
] -%}
-- One row per landed line of a message log, its frame taken apart. A line whose frame or time of
-- logging could not be read is refused.
with landed as (

    {{ landed_rows('ocpp', 'messages', columns) }}

),

framed as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        exported_on,
        raw_bytes,
        raw_hash,
        charge_point_id,
        ocpp_version,
        {{ moment_to_utc('logged_at') }} as logged_at_utc,
        case
            when lower(message_type) in ('call', 'request', 'req') then '2'
            when lower(message_type) in ('callresult', 'result', 'response', 'conf') then '3'
            when lower(message_type) in ('callerror', 'error') then '4'
            else coalesce({{ json_text('message', '$[0]') }}, message_type)
        end as message_type,
        coalesce({{ json_text('message', '$[1]') }}, unique_id) as unique_id,
        coalesce(nullif({{ json_text('message', '$[2]') }}, ''), action) as action,
        coalesce({{ json_part('message', '$[3]') }}, payload) as payload,
        parse_error
    from landed

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        exported_on,
        raw_bytes,
        raw_hash,
        logged_at_utc,
        charge_point_id,
        ocpp_version,
        unique_id,
        action,
        payload,
        case when message_type in ('2', '3', '4') then cast(message_type as integer) end
            as message_type,
        case
            when parse_error is not null then parse_error
            when payload is null or charge_point_id is null then 'UNREADABLE_FRAME'
            when unique_id is null then 'UNREADABLE_FRAME'
            when coalesce(message_type, '') not in ('2', '3', '4') then 'UNREADABLE_FRAME'
            when not coalesce({{ is_plausible_start('logged_at_utc') }}, false)
                then 'UNREADABLE_LOG_TIME'
        end as parse_error
    from framed

)

select * from final
