{%- set columns = (canonical_session_columns() | map(attribute=0) | list + [
    'ocpi_version', 'country_alpha_3', 'charging_periods', 'is_without_evse', 'is_credit',
    'total_hours', 'total_parking_hours',
]) | join(',\n        ') -%}
-- CDRs and Sessions together, as they state themselves.
with cdrs as (

    select
        {{ columns }}
    from {{ ref('stg_ocpi__cdrs') }}

),

sessions as (

    select
        {{ columns }}
    from {{ ref('stg_ocpi__sessions') }}

),

final as (

    select * from cdrs
    union all
    select * from sessions

)

select * from final
