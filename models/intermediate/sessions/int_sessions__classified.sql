-- Every row gets one class. A refused row never competes; among the others of one transaction a
-- final version beats an open one, then the later update, the later export, the content hash.
with sessions as (

    select * from {{ ref('int_sessions__validated') }}

),

hashed as (

    select
        *,
        {{ surrogate_key([
            'source_system', 'native_session_id', 'station_id', 'native_charger_id',
            'native_port_id', 'native_connector_id', 'started_at_utc', 'ended_at_utc',
            'charging_ended_at_utc', 'energy_kwh', 'revenue_amount', 'tax_amount', 'currency',
            'payment_method', 'driver_key', 'vehicle', 'stop_reason', 'last_updated_utc',
        ]) }} as content_hash,
        {{ surrogate_key([
            'source_system', 'native_charger_id', 'native_port_id', 'started_at_utc',
        ]) }} as place_and_start
    from sessions

),

-- A feed without ids: the n-th distinct row of a file for one place and start is one transaction,
-- so that two ports of a station that start in the same minute stay two sessions. Most energy
-- first, and refused rows apart: an open or refused row of one export must not shift the others.
ranked_in_file as (

    select
        *,
        dense_rank() over (
            partition by load_id, place_and_start, is_refused
            order by energy_kwh desc nulls last, ended_at_utc desc nulls last, content_hash asc
        ) as place_in_start
    from hashed

),

identified as (

    select
        *,
        case
            when native_session_id is not null
                then {{ surrogate_key(['source_system', 'upper(native_session_id)']) }}
            else {{ surrogate_key(['place_and_start', 'place_in_start']) }}
        end as session_id
    from ranked_in_file

),

copies as (

    select
        *,
        row_number() over (
            partition by session_id, content_hash
            order by exported_on nulls last, source_file, source_line, load_id
        ) as copy_number
    from identified
    where parse_error is null

),

versions as (

    select
        row_id,
        row_number() over (
            partition by session_id
            order by
                is_open asc,
                last_updated_utc desc nulls last,
                exported_on desc nulls last,
                content_hash desc
        ) as version_rank
    from copies
    where copy_number = 1 and not is_refused

),

final as (

    select
        {{ session_columns('identified') }},
        identified.connected_seconds,
        identified.rules_broken,
        identified.reasons,
        identified.session_id,
        identified.content_hash,
        case
            when identified.parse_error is not null then 'quarantined'
            when copies.copy_number > 1 then 'exact_duplicate'
            when identified.is_refused then 'quarantined'
            when versions.version_rank > 1 and identified.native_session_id is null
                then 'natural_duplicate'
            when versions.version_rank > 1 then 'superseded'
            when identified.is_open then 'not_final'
            else 'accepted'
        end as row_class
    from identified
    left join copies on identified.row_id = copies.row_id
    left join versions on identified.row_id = versions.row_id

)

select * from final
