-- The EVSEs of each Location: one row per landed Location and EVSE, with its state at the time.
with locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

listed as (

    {{ rows_per_element(
        'locations',
        'evses',
        'evse',
        position='evse_number',
        columns=[
            'source_system', 'source_file', 'source_line', 'load_id', 'arrival_seq',
            'exported_on', 'native_station_id', 'last_updated_utc',
            'owner_country_code as country_code', 'owner_party_id as party_id',
        ],
        where='native_station_id is not null'
    ) }}

),

named as (

    select
        *,
        {{ json_text('evse', '$.uid') }} as evse_uid,
        row_number() over (
            partition by
                source_system, load_id, source_line, {{ json_text('evse', '$.uid') }}
            order by evse_number
        ) as mention_number
    from listed

),

final as (

    select
        source_system,
        source_file,
        source_line,
        load_id,
        arrival_seq,
        exported_on,
        native_station_id,
        country_code,
        party_id,
        evse_uid,
        {{ ocpi_key('evse_uid') }} as native_port_id,
        {{ json_text('evse', '$.evse_id') }} as evse_id,
        {{ json_text('evse', '$.status') }} as evse_status,
        coalesce(
            {{ moment_to_utc(json_text('evse', '$.last_updated')) }}, last_updated_utc
        ) as status_since_utc,
        last_updated_utc,
        {{ json_part('evse', '$.connectors') }} as connectors
    from named
    where evse_uid is not null and mention_number = 1

)

select * from final
