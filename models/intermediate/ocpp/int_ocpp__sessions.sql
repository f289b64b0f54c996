-- Transactions as canonical sessions: each is the row of the message that leads it.
with transactions as (

    select * from {{ ref('int_ocpp__transactions') }}

),

messages as (

    select * from {{ ref('int_ocpp__transaction_messages') }}

),

energy as (

    select * from {{ ref('int_ocpp__energy') }}

),

connectors as (

    select * from {{ ref('int_ocpp__connectors') }}

),

-- A message that names no connector leaves as much open as the charge point has of them.
placed as (

    select
        transactions.transaction_key,
        max(connectors.native_station_id) as native_station_id,
        case
            when count(distinct connectors.native_port_id) = 1
                then max(connectors.native_port_id)
        end as native_port_id,
        case
            when count(distinct connectors.native_connector_id) = 1
                then max(connectors.native_connector_id)
        end as native_connector_id
    from transactions
    inner join connectors
        on
            transactions.source_system = connectors.source_system
            and transactions.charge_point_id = connectors.charge_point_id
            and coalesce(transactions.evse_id, connectors.port_number) = connectors.port_number
            and coalesce(transactions.connector_id, connectors.connector_number)
            = connectors.connector_number
    group by transactions.transaction_key

),

gathered as (

    select
        messages.source_system,
        messages.source_file,
        messages.source_line,
        messages.load_id,
        messages.arrival_seq,
        messages.exported_on,
        messages.payload,
        transactions.native_session_id,
        transactions.charge_point_id,
        transactions.driver_key,
        transactions.stop_reason,
        transactions.started_at_utc,
        transactions.ended_at_utc,
        transactions.begin_basis,
        transactions.end_basis,
        transactions.is_time_from_log,
        transactions.has_missing_messages,
        placed.native_station_id,
        placed.native_port_id,
        placed.native_connector_id,
        energy.charging_ended_at_utc,
        energy.import_milliwatt_hours,
        energy.export_milliwatt_hours,
        energy.has_reset,
        energy.has_rollover,
        energy.has_repaired_unit,
        energy.is_unit_suspect,
        coalesce(
            transactions.auth_status <> 'Accepted'
            and coalesce(energy.import_milliwatt_hours, 0) = 0,
            false
        ) as is_refused_start
    from transactions
    inner join messages on transactions.lead_message_key = messages.message_key
    left join energy on transactions.transaction_key = energy.transaction_key
    left join placed on transactions.transaction_key = placed.transaction_key

),

judged as (

    select
        *,
        cast(null as string) as parse_error,
        cast(null as bigint) as raw_bytes,
        cast(null as string) as raw_hash,
        nullif({% call joined(',') %}
            case begin_basis
                when 'READINGS' then 'START_FROM_READINGS'
                when 'NONE' then 'STOP_WITHOUT_START'
            end,
            case when end_basis in ('STATUS', 'READINGS', 'NEXT_START') then 'MISSING_STOP' end,
            case when is_refused_start then 'START_REFUSED' end,
            case when is_time_from_log then 'TIME_FROM_LOG' end,
            case when has_missing_messages then 'MESSAGES_MISSING' end,
            case when has_reset then 'REGISTER_RESET' end,
            case when has_rollover then 'REGISTER_ROLLOVER' end,
            case when has_repaired_unit then 'REGISTER_UNIT_REPAIRED' end,
            case when is_unit_suspect then 'ENERGY_UNIT_SUSPECT' end
        {% endcall %}, '') as adapter_rules
    from gathered

),

final as (

    select
        {{ canonical_session({
            'masked_record': 'payload',
            'adapter_rules': 'adapter_rules',
            'record_kind': "'OCPP'",
            'native_record_id': 'native_session_id',
            'native_session_id': 'native_session_id',
            'native_station_id': 'coalesce(native_station_id, charge_point_id)',
            'native_charger_id': 'charge_point_id',
            'native_port_id': 'native_port_id',
            'native_connector_id': 'native_connector_id',
            'started_at_utc': 'started_at_utc',
            'ended_at_utc': 'ended_at_utc',
            'charging_ended_at_utc': 'charging_ended_at_utc',
            'end_is_charging_end': 'false',
            'energy_kwh':
                "case when end_basis <> 'NONE' then "
                ~ from_micro_kwh('import_milliwatt_hours') ~ " end",
            'energy_export_kwh': from_micro_kwh('export_milliwatt_hours'),
            'driver_key': 'driver_key',
            'stop_reason': 'stop_reason',
        }) }}
    from judged

)

select * from final
