{%- set columns = canonical_session_columns() | map(attribute=0) | list -%}
-- Sessions of declared CSV files, whose port ids may count from one at each charger.
with sessions as (

    select
        *,
        {{ id_scope('coalesce(native_station_id, station_name)') }} as id_scope
    from {{ ref('stg_generic_csv__sessions') }}

),

shared_ids as (

    select * from {{ ref('int_stations__shared_ids') }}

),

final as (

    {{ ids_within_scope(columns, 'sessions', 'shared_ids') }}

)

select * from final
