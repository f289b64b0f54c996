{%- set columns = canonical_connector_columns() | map(attribute=0) | join(',\n        ') -%}
-- Connectors as their feeds declare them: of several declarations of one, the last word counts,
-- whatever the order of arrival.
with native as (

    select * from {{ ref('stg_native__connectors') }}

),

generic_csv as (

    select
        {{ columns }}
    from {{ ref('stg_generic_csv__stations') }}

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

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, native_connector_id
            order by
                last_updated_utc desc nulls last,
                exported_on desc nulls last,
                {{ surrogate_key([
                    'native_port_id', 'native_charger_id', 'native_station_id',
                    'connector_standard', 'power_type', 'rated_kw',
                ]) }}
        ) as recency
    from unioned
    -- A row that does not say where a connector belongs is counted, and describes nothing.
    where
        native_connector_id is not null
        and native_port_id is not null
        and native_charger_id is not null
        and native_station_id is not null

),

final as (

    select
        source_system,
        native_connector_id,
        native_port_id,
        native_charger_id,
        native_station_id,
        connector_standard,
        power_type,
        rated_kw
    from ranked
    where recency = 1

)

select * from final
