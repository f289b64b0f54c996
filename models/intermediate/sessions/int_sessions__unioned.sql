{%- set columns = canonical_session_columns() | map(attribute=0)
    | reject('in', date_reading_columns()) | join(',\n        ') -%}
with exports as (

    select * from {{ ref('int_dates__decided') }}

),

protocol_records as (

    select * from {{ ref('int_sessions__protocol_records') }}

),

unioned as (

    select
        {{ columns }}
    from exports
    union all
    select
        {{ columns }}
    from protocol_records

),

final as (

    select
        {{ columns }},
        source_system || ':' || load_id || ':' || source_line as row_id
    from unioned

)

select * from final
