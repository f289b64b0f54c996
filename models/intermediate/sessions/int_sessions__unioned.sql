{%- set columns = canonical_session_columns() | map(attribute=0) | join(',\n        ') -%}
with native as (

    select * from {{ ref('stg_native__sessions') }}

),

dundee as (

    select * from {{ ref('stg_dundee__sessions') }}

),

boulder as (

    select * from {{ ref('stg_boulder__sessions') }}

),

unioned as (

    select * from native
    union all
    select * from dundee
    union all
    select * from boulder

),

final as (

    select
        {{ columns }},
        source_system || ':' || load_id || ':' || source_line as row_id
    from unioned

)

select * from final
