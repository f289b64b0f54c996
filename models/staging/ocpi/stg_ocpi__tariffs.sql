{%- set columns = [
    'ocpi_version', 'schema_errors', 'country_code', 'party_id', 'tariff_id', 'currency',
    'tariff_type', 'elements', 'min_price', 'max_price', 'tax_included', 'starts_at', 'ends_at',
    'last_updated',
] -%}
with landed as (

    {{ landed_rows('ocpi', 'tariffs', columns) }}

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
        {{ ocpi_key('tariff_id') }} as native_tariff_id,
        ocpi_version,
        schema_errors,
        currency,
        tariff_type,
        elements as tariff_elements,
        tax_included,
        {{ ocpi_price('min_price') }} as min_price,
        {{ ocpi_price('max_price') }} as max_price,
        {{ moment_to_utc('starts_at') }} as valid_from_utc,
        {{ moment_to_utc('ends_at') }} as valid_to_utc,
        {{ moment_to_utc('last_updated') }} as last_updated_utc
    from landed

)

select * from final
