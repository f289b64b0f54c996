{%- set columns = ['session_id', 'read_at_utc', 'energy_since_start_kwh'] -%}
with landed as (

    {{ native_rows('meter_values', columns) }}

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        parse_error,
        raw_bytes,
        raw_hash,
        session_id as native_session_id,
        {{ iso_utc_to_timestamp('read_at_utc') }} as read_at_utc,
        {{ try_to_decimal('energy_since_start_kwh') }} as energy_since_start_kwh
    from landed

)

select * from final
