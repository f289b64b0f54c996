-- Energy since the start of a session, read while it ran, from every feed that knows of registers.
with native as (

    select * from {{ ref('stg_native__meter_values') }}

),

ocpp_transactions as (

    select * from {{ ref('int_ocpp__transactions') }}

),

ocpp_readings as (

    select * from {{ ref('int_ocpp__energy_readings') }}

),

ocpp as (

    select
        ocpp_transactions.source_system,
        ocpp_transactions.native_session_id,
        ocpp_readings.read_at_utc,
        {{ from_micro_kwh('ocpp_readings.milliwatt_hours') }} as energy_since_start_kwh
    from ocpp_readings
    inner join ocpp_transactions
        on ocpp_readings.transaction_key = ocpp_transactions.transaction_key

),

unioned as (

    select
        source_system,
        native_session_id,
        read_at_utc,
        energy_since_start_kwh
    from native
    where
        native_session_id is not null
        and read_at_utc is not null
        and energy_since_start_kwh is not null
    union all
    select * from ocpp

),

-- A reading that came twice counts once; of two at one moment, the later one is larger.
final as (

    select
        source_system,
        native_session_id,
        read_at_utc,
        max(energy_since_start_kwh) as energy_since_start_kwh
    from unioned
    group by source_system, native_session_id, read_at_utc

)

select * from final
