-- Connectors as Locations declare them, without those of EVSEs that are planned or gone.
with evses as (

    select * from {{ ref('int_ocpi__evses') }}

),

listed as (

    {{ rows_per_element(
        'evses',
        'connectors',
        'connector',
        position='connector_number',
        where="coalesce(evse_status, '') not in ('PLANNED', 'REMOVED')"
    ) }}

),

named as (

    select
        *,
        {{ json_text('connector', '$.id') }} as ocpi_connector_id,
        row_number() over (
            partition by
                source_system, load_id, source_line, evse_uid,
                {{ json_text('connector', '$.id') }}
            order by connector_number
        ) as mention_number
    from listed

),

typed as (

    select
        *,
        {{ json_text('connector', '$.power_type') }} as power_type,
        coalesce(
            {{ moment_to_utc(json_text('connector', '$.last_updated')) }}, last_updated_utc
        ) as connector_updated_utc,
        {{ try_to_decimal(json_text('connector', '$.max_electric_power'), 11, 3) }} as rated_w,
        {{ try_to_decimal(
            'coalesce(' ~ json_text('connector', '$.max_voltage') ~ ', '
            ~ json_text('connector', '$.voltage') ~ ')',
            7, 3
        ) }} as volts,
        {{ try_to_decimal(
            'coalesce(' ~ json_text('connector', '$.max_amperage') ~ ', '
            ~ json_text('connector', '$.amperage') ~ ')',
            7, 3
        ) }} as amperes
    from named
    where mention_number = 1

),

-- Three-phase connectors state the voltage from line to neutral.
final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        exported_on,
        cast(null as string) as parse_error,
        cast(null as bigint) as raw_bytes,
        cast(null as string) as raw_hash,
        {{ ocpi_key("evse_uid || '*' || ocpi_connector_id") }} as native_connector_id,
        native_port_id,
        native_port_id as native_charger_id,
        native_station_id,
        {{ json_text('connector', '$.standard') }} as connector_standard,
        power_type,
        cast(
            coalesce(
                rated_w, volts * amperes * case power_type when 'AC_3_PHASE' then 3 else 1 end
            ) * cast(0.001 as decimal(4, 3)) as decimal(9, 3)
        ) as rated_kw,
        connector_updated_utc as last_updated_utc
    from typed
    where ocpi_connector_id is not null

)

select * from final
