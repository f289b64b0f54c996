-- Rows of OCPI files that describe stations or prices rather than sessions.
with locations as (

    select * from {{ ref('stg_ocpi__locations') }}

),

tariffs as (

    select * from {{ ref('stg_ocpi__tariffs') }}

),

final as (

    {{ supporting_lines(['locations', 'tariffs']) }}

)

select * from final
