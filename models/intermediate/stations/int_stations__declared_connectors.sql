{%- set columns = canonical_connector_columns() | map(attribute=0) | join(',\n        ') -%}
-- Connectors as their feeds declare them: of several declarations of one, the last word counts,
-- whatever the order of arrival. A port is at one charger and a charger at one station.
with native as (

    select * from {{ ref('stg_native__connectors') }}

),

generic_csv as (

    select * from {{ ref('int_stations__generic_connectors') }}

),

ocpp as (

    select
        {{ columns }}
    from {{ ref('int_ocpp__connectors') }}

),

ocpi as (

    select
        {{ columns }}
    from {{ ref('int_ocpi__connectors') }}

),

unioned as (

    select * from native
    union all
    select * from ocpi
    union all
    select * from ocpp
    union all
    select * from generic_csv

),

keyed as (

    select
        *,
        {{ surrogate_key([
            'native_connector_id', 'native_port_id', 'native_charger_id', 'native_station_id',
            'connector_standard', 'power_type', 'rated_kw',
        ]) }} as row_key
    from unioned
    -- A row that does not say where a connector belongs is counted, and describes nothing.
    where
        native_connector_id is not null
        and native_port_id is not null
        and native_charger_id is not null
        and native_station_id is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, native_connector_id
            order by last_updated_utc desc nulls last, exported_on desc nulls last, row_key asc
        ) as recency
    from keyed

),

at_chargers as (

    select
        *,
        first_value(native_charger_id) over (
            partition by source_system, native_port_id
            order by last_updated_utc desc nulls last, exported_on desc nulls last, row_key asc
        ) as charger_of_port
    from ranked
    where recency = 1

),

at_stations as (

    select
        *,
        first_value(native_station_id) over (
            partition by source_system, charger_of_port
            order by last_updated_utc desc nulls last, exported_on desc nulls last, row_key asc
        ) as station_of_charger
    from at_chargers

),

final as (

    select
        source_system,
        native_connector_id,
        native_port_id,
        charger_of_port as native_charger_id,
        station_of_charger as native_station_id,
        connector_standard,
        power_type,
        rated_kw
    from at_stations

)

select * from final
