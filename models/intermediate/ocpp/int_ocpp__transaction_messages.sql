-- Starts, meter values and stops of both versions in one shape. A moment that the charger's own
-- clock cannot have meant is replaced by the moment of logging.
with calls as (

    select * from {{ ref('int_ocpp__calls') }}
    where action in ('StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent')

),

taken_apart as (

    select
        *,
        case
            when action = 'StartTransaction' then 'start'
            when action = 'StopTransaction' then 'stop'
            when {{ json_text('payload', '$.eventType') }} = 'Started' then 'start'
            when {{ json_text('payload', '$.eventType') }} = 'Ended' then 'stop'
            else 'meter'
        end as kind,
        coalesce(
            answered_transaction_id,
            {{ json_text('payload', '$.transactionInfo.transactionId') }},
            {{ json_text('payload', '$.transactionId') }}
        ) as stated_transaction_id,
        {{ json_text('payload', '$.evse.id') }} as evse_id,
        coalesce(
            {{ json_text('payload', '$.evse.connectorId') }},
            {{ json_text('payload', '$.connectorId') }}
        ) as connector_id,
        coalesce(
            {{ json_part('payload', '$.meterValue') }},
            {{ json_part('payload', '$.transactionData') }}
        ) as meter_values,
        {{ moment_to_utc(
            "coalesce(" ~ json_text('payload', '$.timestamp') ~ ", "
            ~ json_text('payload', '$.meterValue[0].timestamp') ~ ")"
        ) }} as stated_at_utc
    from calls

),

judged as (

    select
        *,
        coalesce(
            stated_at_utc >= timestamp '2008-01-01 00:00:00'
            and stated_at_utc <= logged_at_utc + interval 1 day,
            false
        ) as is_clock_right
    from taken_apart

),

final as (

    select
        message_key,
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        exported_on,
        charge_point_id,
        kind,
        action = 'TransactionEvent' as is_version_2,
        case when is_clock_right then stated_at_utc else logged_at_utc end as occurred_at_utc,
        not is_clock_right as is_time_from_log,
        case
            when stated_transaction_id not in ('', '-1', '0') then stated_transaction_id
        end as transaction_id,
        evse_id,
        connector_id,
        coalesce('evse ' || evse_id, 'connector ' || connector_id) as place,
        coalesce(
            {{ json_text('payload', '$.idTag') }}, {{ json_text('payload', '$.idToken') }}
        ) as driver_key,
        auth_status,
        coalesce(
            {{ json_text('payload', '$.reason') }},
            {{ json_text('payload', '$.transactionInfo.stoppedReason') }}
        ) as stop_reason,
        {{ json_text('payload', '$.transactionInfo.chargingState') }} as charging_state,
        cast({{ try_to_decimal(json_text('payload', '$.seqNo'), 18, 0) }} as bigint)
            as sequence_number,
        {{ try_to_decimal(
            "coalesce(" ~ json_text('payload', '$.meterStart') ~ ", "
            ~ json_text('payload', '$.meterStop') ~ ")", 14, 3
        ) }} as meter_wh,
        meter_values,
        payload
    from judged

)

select * from final
