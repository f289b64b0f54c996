-- One row per transaction: when it began and ended, and what says so. A transaction without a stop
-- ends when its connector is free again, else with its last meter value.
with messages as (

    select * from {{ ref('int_ocpp__transaction_messages') }}

),

keys as (

    select * from {{ ref('int_ocpp__transaction_keys') }}

),

sampled_values as (

    select * from {{ ref('int_ocpp__sampled_values') }}

),

status_events as (

    select * from {{ ref('int_ocpp__status_events') }}

),

owned as (

    select
        messages.*,
        keys.transaction_key,
        row_number() over (
            partition by keys.transaction_key, messages.kind
            order by messages.occurred_at_utc, messages.message_key
        ) as number_of_kind,
        row_number() over (
            partition by keys.transaction_key
            order by
                case messages.kind when 'start' then 1 else 2 end,
                messages.occurred_at_utc,
                messages.message_key
        ) as number_of_all
    from messages
    inner join keys on messages.message_key = keys.message_key

),

readings as (

    select
        transaction_key,
        min(read_at_utc) as first_read_at_utc,
        max(read_at_utc) as last_read_at_utc,
        count(*) as reading_count
    from sampled_values
    where measurand like 'Energy.Active.Import.%' and not is_field
    group by transaction_key

),

gathered as (

    select
        owned.transaction_key,
        owned.source_system,
        owned.charge_point_id,
        max(owned.place) as place,
        max(owned.evse_id) as evse_id,
        max(owned.connector_id) as connector_id,
        max(owned.transaction_id) as transaction_id,
        max(case when owned.number_of_all = 1 then owned.message_key end) as lead_message_key,
        max(case when owned.kind = 'start' and owned.number_of_kind = 1 then owned.driver_key end)
            as start_driver_key,
        max(owned.driver_key) as any_driver_key,
        max(case when owned.kind = 'start' and owned.number_of_kind = 1 then owned.auth_status end)
            as auth_status,
        min(case when owned.kind = 'start' then owned.occurred_at_utc end) as start_at_utc,
        min(case when owned.kind = 'stop' then owned.occurred_at_utc end) as stop_at_utc,
        max(case when owned.kind = 'stop' and owned.number_of_kind = 1 then owned.stop_reason end)
            as stop_reason,
        max(owned.occurred_at_utc) as last_message_at_utc,
        {{ any_true('owned.is_time_from_log') }} as is_time_from_log,
        count(distinct owned.sequence_number) as sequence_count,
        max(owned.sequence_number) - min(owned.sequence_number) + 1 as sequence_span
    from owned
    group by owned.transaction_key, owned.source_system, owned.charge_point_id

),

begun as (

    select
        gathered.*,
        readings.last_read_at_utc,
        case
            when gathered.start_at_utc is not null then gathered.start_at_utc
            when
                readings.first_read_at_utc
                < greatest(readings.last_read_at_utc, gathered.last_message_at_utc)
                then readings.first_read_at_utc
        end as begin_at_utc,
        greatest(
            gathered.last_message_at_utc,
            coalesce(readings.last_read_at_utc, gathered.last_message_at_utc)
        ) as last_evidence_at_utc
    from gathered
    left join readings on gathered.transaction_key = readings.transaction_key

),

freed as (

    select
        begun.transaction_key,
        min(status_events.status_at_utc) as freed_at_utc
    from begun
    inner join status_events
        on
            begun.source_system = status_events.source_system
            and begun.charge_point_id = status_events.charge_point_id
            and begun.place = status_events.place
            and begun.last_evidence_at_utc <= status_events.status_at_utc
    where begun.stop_at_utc is null and status_events.status = 'AVAILABLE'
    group by begun.transaction_key

),

followed as (

    select
        begun.transaction_key,
        min(later.begin_at_utc) as next_begin_at_utc
    from begun
    inner join begun as later
        on
            begun.source_system = later.source_system
            and begun.charge_point_id = later.charge_point_id
            and begun.place = later.place
            and begun.last_evidence_at_utc < later.begin_at_utc
    where begun.stop_at_utc is null
    group by begun.transaction_key

),

ended as (

    select
        begun.*,
        freed.freed_at_utc,
        followed.next_begin_at_utc,
        case
            when begun.stop_at_utc is not null then 'STOP'
            when
                freed.freed_at_utc
                <= coalesce(followed.next_begin_at_utc, freed.freed_at_utc)
                then 'STATUS'
            when followed.next_begin_at_utc is null then 'NONE'
            when begun.last_read_at_utc > begun.begin_at_utc then 'READINGS'
            else 'NEXT_START'
        end as end_basis,
        row_number() over (
            partition by begun.source_system, begun.charge_point_id, begun.transaction_id
            order by begun.begin_at_utc, begun.transaction_key
        ) as repeat_number
    from begun
    left join freed on begun.transaction_key = freed.transaction_key
    left join followed on begun.transaction_key = followed.transaction_key

),

named as (

    select
        *,
        charge_point_id || '/' || case
            when transaction_id is null
                then coalesce(evse_id, connector_id, 'unknown') || '@' || coalesce(
                    {{ moment_text('begin_at_utc') }}, transaction_key
                )
            when repeat_number = 1 then transaction_id
            else transaction_id || '@' || {{ moment_text('begin_at_utc') }}
        end as session_name
    from ended

),

final as (

    select
        transaction_key,
        source_system,
        charge_point_id,
        place,
        evse_id,
        connector_id,
        transaction_id,
        lead_message_key,
        auth_status,
        end_basis,
        stop_reason,
        is_time_from_log,
        coalesce(start_driver_key, any_driver_key) as driver_key,
        {{ truncated('second', 'begin_at_utc') }} as started_at_utc,
        case
            when start_at_utc is not null then 'START'
            when begin_at_utc is not null then 'READINGS'
            else 'NONE'
        end as begin_basis,
        {{ truncated(
            'second',
            "case end_basis when 'STOP' then stop_at_utc when 'STATUS' then freed_at_utc "
            "when 'READINGS' then last_read_at_utc when 'NEXT_START' then next_begin_at_utc end"
        ) }} as ended_at_utc,
        coalesce(sequence_count < sequence_span, false) as has_missing_messages,
        -- Damaged copies of one start are transactions of their own, and have ids of their own.
        {% call joined('#') %}
            session_name,
            cast(nullif(row_number() over (
                partition by source_system, session_name order by transaction_key
            ), 1) as string)
        {% endcall %} as native_session_id
    from named

)

select * from final
