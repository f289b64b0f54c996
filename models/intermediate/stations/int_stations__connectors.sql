-- Connectors as the feed declares them, or as its sessions show them. In feeds that know one
-- level only, the connector stands for its port.
with sessions as (

    select * from {{ ref('int_sessions__unioned') }}

),

native_connectors as (

    select * from {{ ref('stg_native__connectors') }}

),

chargers as (

    select * from {{ ref('int_stations__chargers') }}

),

charger_models as (

    select * from {{ ref('charger_models') }}

),

observed as (

    select distinct
        source_system,
        native_charger_id,
        native_port_id,
        native_connector_id
    from sessions
    where native_charger_id is not null and native_connector_id is not null

),

observed_connectors as (

    select
        observed.source_system,
        observed.native_connector_id,
        observed.native_port_id,
        observed.native_charger_id,
        chargers.native_station_id,
        'UNKNOWN' as connector_standard,
        charger_models.power_type,
        charger_models.rated_kw
    from observed
    inner join chargers
        on
            observed.source_system = chargers.source_system
            and observed.native_charger_id = chargers.native_charger_id
    left join charger_models
        on
            chargers.source_system = charger_models.source_system
            and chargers.charger_model = charger_models.charger_model

),

declared as (

    select
        'native' as source_system,
        native_connector_id,
        native_port_id,
        native_charger_id,
        native_station_id,
        connector_standard,
        power_type,
        rated_kw,
        row_number() over (
            partition by native_connector_id
            order by arrival_seq desc, source_line desc
        ) as recency
    from native_connectors
    where native_connector_id is not null

),

unioned as (

    select * from observed_connectors
    union all
    select
        source_system,
        native_connector_id,
        native_port_id,
        native_charger_id,
        native_station_id,
        connector_standard,
        power_type,
        rated_kw
    from declared
    where recency = 1

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
