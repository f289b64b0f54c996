-- When a transaction's vehicle stopped drawing, as the charger's states tell: with the first pause
-- after the last charging, else with the plug. Without a state that says charging, nothing is told.
with transactions as (

    select * from {{ ref('int_ocpp__transactions') }}
    where ended_at_utc is not null

),

messages as (

    select * from {{ ref('int_ocpp__transaction_messages') }}

),

keys as (

    select * from {{ ref('int_ocpp__transaction_keys') }}

),

status_events as (

    select * from {{ ref('int_ocpp__status_events') }}

),

states as (

    select
        transactions.transaction_key,
        status_events.status_at_utc as state_at_utc,
        status_events.native_status as state
    from transactions
    inner join status_events
        on
            transactions.source_system = status_events.source_system
            and transactions.charge_point_id = status_events.charge_point_id
            and transactions.place = status_events.place
            and transactions.started_at_utc <= status_events.status_at_utc
            and transactions.ended_at_utc >= status_events.status_at_utc
    union all
    select
        keys.transaction_key,
        messages.occurred_at_utc as state_at_utc,
        messages.charging_state as state
    from messages
    inner join keys on messages.message_key = keys.message_key
    where messages.charging_state is not null

),

judged as (

    select
        transaction_key,
        state_at_utc,
        case
            when state = 'Charging' then true
            when state in ('SuspendedEV', 'SuspendedEVSE', 'Finishing', 'EVConnected', 'Idle')
                then false
        end as is_charging
    from states

),

last_charging as (

    select
        transaction_key,
        max(state_at_utc) as charging_since_utc
    from judged
    where is_charging
    group by transaction_key

),

first_pause as (

    select
        last_charging.transaction_key,
        min(judged.state_at_utc) as paused_at_utc
    from last_charging
    left join judged
        on
            last_charging.transaction_key = judged.transaction_key
            and last_charging.charging_since_utc < judged.state_at_utc
            and not judged.is_charging
    group by last_charging.transaction_key

),

final as (

    select
        transactions.transaction_key,
        {{ truncated('second', 'coalesce(first_pause.paused_at_utc, transactions.ended_at_utc)') }}
            as charging_ended_at_utc
    from transactions
    inner join first_pause on transactions.transaction_key = first_pause.transaction_key

)

select * from final
