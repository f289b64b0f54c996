{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Connectors as the feed declares them, or as its sessions show them. In feeds that know one
-- level only, the connector stands for its port.
with sessions as (

    select * from {{ ref('int_sessions__unioned') }}

),

declared as (

    select * from {{ ref('int_stations__declared_connectors') }}

),

chargers as (

    select * from {{ ref('int_stations__chargers') }}

),

charger_models as (

    select * from {{ ref('charger_models') }}

),

named as (

    select
        source_system,
        native_connector_id,
        min(native_port_id) as native_port_id,
        min(native_charger_id) as charger_of_connector,
        min(connector_standard) as connector_standard,
        min(power_type) as power_type,
        max(rated_kw) as rated_kw
    from sessions
    where native_charger_id is not null and native_connector_id is not null
    group by source_system, native_connector_id

),

observed as (

    select
        *,
        min(charger_of_connector) over (
            partition by source_system, coalesce(native_port_id, native_connector_id)
        ) as native_charger_id
    from named

),

-- A port is where its feed declares it, whatever a session says of its charger.
declared_ports as (

    select
        source_system,
        native_port_id,
        min(native_charger_id) as native_charger_id,
        min(native_station_id) as native_station_id
    from declared
    group by source_system, native_port_id

),

undeclared as (

    select
        observed.source_system,
        observed.native_connector_id,
        observed.native_port_id,
        coalesce(declared_ports.native_charger_id, observed.native_charger_id)
            as native_charger_id,
        coalesce(declared_ports.native_station_id, chargers.native_station_id)
            as native_station_id,
        coalesce(observed.connector_standard, 'UNKNOWN') as connector_standard,
        coalesce(observed.power_type, charger_models.power_type) as power_type,
        coalesce(observed.rated_kw, charger_models.rated_kw) as rated_kw
    from observed
    inner join chargers
        on
            observed.source_system = chargers.source_system
            and observed.native_charger_id = chargers.native_charger_id
    left join charger_models on chargers.charger_model = charger_models.charger_model
    left join declared_ports
        on
            observed.source_system = declared_ports.source_system
            and observed.native_port_id = declared_ports.native_port_id
    left join declared
        on
            observed.source_system = declared.source_system
            and observed.native_connector_id = declared.native_connector_id
    where declared.native_connector_id is null

),

unioned as (

    select * from undeclared
    union all
    select * from declared

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
        rated_kw,
        source_system || ':' || native_connector_id as connector_id,
        source_system || ':' || native_port_id as port_id,
        source_system || ':' || native_charger_id as charger_id,
        source_system || ':' || native_station_id as station_id
    from unioned

)

select * from final
