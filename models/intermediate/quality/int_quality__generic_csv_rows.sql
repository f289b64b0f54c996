-- Rows of generic_csv files that describe stations, or what a model says of sessions and drivers.
with stations as (

    select * from {{ ref('stg_generic_csv__stations') }}

),

session_estimates as (

    select * from {{ ref('stg_generic_csv__session_estimates') }}

),

driver_estimates as (

    select * from {{ ref('stg_generic_csv__driver_estimates') }}

),

final as (

    {{ supporting_lines(['stations', 'session_estimates', 'driver_estimates']) }}

)

select * from final
