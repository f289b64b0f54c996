{%- set columns = canonical_connector_columns() | map(attribute=0) | list -%}
-- Connectors of stations.csv files, whose ids may count from one at each charger.
with stations as (

    select
        *,
        {{ id_scope() }} as id_scope
    from {{ ref('stg_generic_csv__stations') }}

),

shared_ids as (

    select * from {{ ref('int_stations__shared_ids') }}

),

final as (

    {{ ids_within_scope(columns, 'stations', 'shared_ids') }}

)

select * from final
