{%- set entity = 'session_estimates' -%}
{%- set landed = generic_csv_fields(entity) + generic_csv_settings(entity) -%}
-- What somebody's model says of a session. Nothing here is measured, so no session takes it over.
with landed as (

    {{ landed_rows('generic_csv', entity, landed) }}

),

declared as (

    select
        {{ declared_columns(entity) }}
    from landed

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        {{ try_to_date('exported_on') }} as exported_on,
        parse_error,
        raw_bytes,
        raw_hash,
        session_id as native_session_id,
        driver as driver_key,
        {{ declared_seconds('charging') }} as charging_seconds,
        {{ declared_seconds('idle') }} as idle_seconds
    from declared

)

select * from final
