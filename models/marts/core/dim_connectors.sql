with connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

final as (

    select
        connector_id,
        port_id,
        station_id,
        connector_standard,
        power_type,
        rated_kw
    from connectors

)

select * from final
