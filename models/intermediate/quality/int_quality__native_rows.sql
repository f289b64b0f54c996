-- Rows of the native feed that describe the network rather than a session.
with stations as (

    select * from {{ ref('stg_native__stations') }}

),

connectors as (

    select * from {{ ref('stg_native__connectors') }}

),

meter_values as (

    select * from {{ ref('stg_native__meter_values') }}

),

final as (

    {{ supporting_lines(['stations', 'connectors', 'meter_values']) }}

)

select * from final
