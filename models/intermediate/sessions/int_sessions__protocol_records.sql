{%- set columns = canonical_session_columns() | map(attribute=0) | join(',\n        ') -%}
-- Sessions of feeds that deliver the messages of a protocol, from which they are put together.
with ocpi as (

    select
        {{ columns }}
    from {{ ref('int_ocpi__sessions') }}

),

ocpp as (

    select
        {{ columns }}
    from {{ ref('int_ocpp__sessions') }}

),

final as (

    select * from ocpi
    union all
    select * from ocpp

)

select * from final
