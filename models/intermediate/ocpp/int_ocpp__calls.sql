-- Each distinct call that tells of a transaction or a state, once, with the answer it got. Chargers
-- repeat transaction messages after a lost connection, under another id and with the same content.
with messages as (

    select * from {{ ref('stg_ocpp__messages') }}
    where parse_error is null

),

told as (

    select
        *,
        action in ('StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent')
            as is_of_transaction
    from messages
    where message_type = 2

),

calls as (

    select
        *,
        {{ surrogate_key([
            'source_system', 'charge_point_id', 'action', 'payload',
            'case when not is_of_transaction then unique_id end',
            'case when not is_of_transaction then logged_at_utc end',
        ]) }} as message_key
    from told
    where
        is_of_transaction
        or action in (
            'Authorize', 'RemoteStartTransaction', 'RequestStartTransaction', 'BootNotification',
            'StatusNotification'
        )

),

frames as (

    select distinct
        source_system,
        charge_point_id,
        unique_id,
        logged_at_utc,
        message_type,
        message_key,
        cast(null as string) as payload
    from calls
    union all
    select distinct
        source_system,
        charge_point_id,
        unique_id,
        logged_at_utc,
        message_type,
        cast(null as string) as message_key,
        payload
    from messages
    where message_type <> 2

),

-- An answer belongs to the last call of its id before it; ids come again after days.
numbered as (

    select
        *,
        count(message_key) over (
            partition by source_system, charge_point_id, unique_id
            order by logged_at_utc, message_type, message_key, payload
            rows between unbounded preceding and current row
        ) as call_number
    from frames

),

answers as (

    select
        asked.message_key,
        answered.logged_at_utc,
        {{ json_text('answered.payload', '$.transactionId') }} as transaction_id,
        coalesce(
            {{ json_text('answered.payload', '$.idTagInfo.status') }},
            {{ json_text('answered.payload', '$.idTokenInfo.status') }},
            {{ json_text('answered.payload', '$.status') }}
        ) as auth_status,
        cast(
            {{ try_to_decimal(json_text('answered.payload', '$.interval'), 9, 0) }} as integer
        ) as heartbeat_seconds
    from numbered as answered
    inner join numbered as asked
        on
            answered.source_system = asked.source_system
            and answered.charge_point_id = asked.charge_point_id
            and answered.unique_id = asked.unique_id
            and answered.call_number = asked.call_number
            and asked.message_type = 2
    where answered.message_type <> 2

),

ids_in_use as (

    select distinct
        {{ json_text('payload', '$.transactionId') }} as transaction_id,
        source_system,
        charge_point_id
    from calls
    where action in ('StopTransaction', 'MeterValues')

),

asking as (

    select distinct
        message_key,
        source_system,
        charge_point_id
    from calls

),

-- A repeated start may be answered with two ids: the one that later messages use counts.
ranked_answers as (

    select
        answers.*,
        row_number() over (
            partition by answers.message_key
            order by
                case when ids_in_use.transaction_id is not null then 0 else 1 end,
                answers.logged_at_utc,
                answers.transaction_id,
                answers.auth_status,
                answers.heartbeat_seconds
        ) as answer_rank
    from answers
    inner join asking on answers.message_key = asking.message_key
    left join ids_in_use
        on
            asking.source_system = ids_in_use.source_system
            and asking.charge_point_id = ids_in_use.charge_point_id
            and answers.transaction_id = ids_in_use.transaction_id

),

ranked_calls as (

    select
        *,
        row_number() over (
            partition by message_key
            order by logged_at_utc, source_file, source_line, load_id
        ) as copy_number
    from calls

),

final as (

    select
        ranked_calls.message_key,
        ranked_calls.source_system,
        ranked_calls.source_file,
        ranked_calls.source_line,
        ranked_calls.load_id,
        ranked_calls.arrival_seq,
        ranked_calls.exported_on,
        ranked_calls.charge_point_id,
        ranked_calls.action,
        ranked_calls.logged_at_utc,
        ranked_calls.payload,
        ranked_answers.transaction_id as answered_transaction_id,
        ranked_answers.auth_status,
        ranked_answers.heartbeat_seconds,
        ranked_answers.message_key is not null as is_answered
    from ranked_calls
    left join ranked_answers
        on
            ranked_calls.message_key = ranked_answers.message_key
            and ranked_answers.answer_rank = 1
    where ranked_calls.copy_number = 1

)

select * from final
