with connectors as (

    select * from {{ ref('int_stations__connectors') }}

),

final as (

    select
        port_id,
        min(station_id) as station_id,
        min(charger_id) as charger_id,
        min(native_port_id) as evse_id,
        {{ sorted_text_list('power_type') }} as power_type,
        max(rated_kw) as rated_kw
    from connectors
    group by port_id

)

select * from final
