{%- set columns = canonical_session_columns() | map(attribute=0) | join(',\n        ') -%}
-- Sessions of feeds that deliver finished sessions as rows of a table.
with native as (

    select * from {{ ref('stg_native__sessions') }}

),

chargeplace_scotland as (

    select * from {{ ref('stg_chargeplace_scotland__sessions') }}

),

chargepoint_csv as (

    select * from {{ ref('stg_chargepoint_csv__sessions') }}

),

chargepoint_details as (

    select * from {{ ref('stg_chargepoint_csv__session_details') }}

),

acn as (

    select * from {{ ref('stg_acn__sessions') }}

),

generic_csv as (

    select * from {{ ref('int_sessions__generic_csv') }}

),

unioned as (

    select * from native
    union all
    select * from chargeplace_scotland
    union all
    select * from chargepoint_csv
    union all
    select * from chargepoint_details
    union all
    select * from acn
    union all
    select * from generic_csv

),

final as (

    select
        {{ columns }}
    from unioned

)

select * from final
