-- Messages, linked to the start they follow where its answer is lost: those under an id that no
-- start has, and stops without one, to the latest such start at their place with none between.
with messages as (

    select * from {{ ref('int_ocpp__transaction_messages') }}

),

started as (

    select
        source_system,
        charge_point_id,
        transaction_id,
        min(occurred_at_utc) as first_start_at_utc
    from messages
    where kind = 'start' and transaction_id is not null
    group by source_system, charge_point_id, transaction_id

),

before_any_start as (

    select messages.*
    from messages
    left join started
        on
            messages.source_system = started.source_system
            and messages.charge_point_id = started.charge_point_id
            and messages.transaction_id = started.transaction_id
    where
        messages.transaction_id is not null
        and (
            started.first_start_at_utc is null
            or messages.occurred_at_utc < started.first_start_at_utc
        )

),

starts as (

    select
        *,
        lead(occurred_at_utc) over (
            partition by source_system, charge_point_id, place
            order by occurred_at_utc, message_key
        ) as next_start_at_utc
    from messages
    where kind = 'start'

),

-- Messages under an id that no start is known for; a stop without an id stands for itself.
headless as (

    select
        source_system,
        charge_point_id,
        transaction_id as headless_id,
        min(occurred_at_utc) as first_at_utc,
        max(place) as place
    from before_any_start
    group by source_system, charge_point_id, transaction_id
    union all
    select
        source_system,
        charge_point_id,
        message_key as headless_id,
        occurred_at_utc as first_at_utc,
        place
    from messages
    where transaction_id is null and kind = 'stop'

),

candidates as (

    select
        headless.source_system,
        headless.charge_point_id,
        headless.headless_id,
        headless.first_at_utc,
        starts.message_key as start_key,
        row_number() over (
            partition by headless.source_system, headless.charge_point_id, headless.headless_id
            order by starts.occurred_at_utc desc, starts.message_key asc
        ) as start_rank
    from headless
    inner join starts
        on
            headless.source_system = starts.source_system
            and headless.charge_point_id = starts.charge_point_id
            and coalesce(headless.place, starts.place) = starts.place
            and headless.first_at_utc >= starts.occurred_at_utc
    where
        starts.transaction_id is null
        and (
            starts.next_start_at_utc is null
            or starts.next_start_at_utc > headless.first_at_utc
        )

),

ranked as (

    select
        source_system,
        charge_point_id,
        headless_id,
        start_key,
        row_number() over (
            partition by start_key
            order by first_at_utc, headless_id
        ) as headless_rank
    from candidates
    where start_rank = 1

),

final as (

    select
        messages.message_key,
        messages.source_system,
        messages.source_file,
        messages.source_line,
        messages.load_id,
        messages.arrival_seq,
        messages.exported_on,
        messages.charge_point_id,
        messages.kind,
        messages.is_version_2,
        messages.occurred_at_utc,
        messages.is_time_from_log,
        messages.transaction_id,
        messages.evse_id,
        messages.connector_id,
        messages.place,
        messages.driver_key,
        messages.auth_status,
        messages.stop_reason,
        messages.charging_state,
        messages.sequence_number,
        messages.meter_wh,
        messages.meter_values,
        messages.payload,
        ranked.start_key as lost_start_key
    from messages
    left join before_any_start on messages.message_key = before_any_start.message_key
    left join ranked
        on
            messages.source_system = ranked.source_system
            and messages.charge_point_id = ranked.charge_point_id
            and coalesce(
                before_any_start.transaction_id,
                case
                    when messages.transaction_id is null and messages.kind = 'stop'
                        then messages.message_key
                end
            ) = ranked.headless_id
            and ranked.headless_rank = 1

)

select * from final
