{{ config(materialized=restated(), meta={'restated': {}}) }}
-- Rows that describe the network rather than a session: they are counted, so that a file's rows
-- add up, and refused where the line could not be read.
with native_rows as (

    select * from {{ ref('int_quality__native_rows') }}

),

charge_points as (

    select * from {{ ref('stg_chargeplace_scotland__charge_points') }}

),

generic_csv_rows as (

    select * from {{ ref('int_quality__generic_csv_rows') }}

),

ocpi_rows as (

    select * from {{ ref('int_ocpi__supporting_rows') }}

),

ocpp_rows as (

    select * from {{ ref('int_ocpp__supporting_rows') }}

),

grid_readings as (

    select * from {{ ref('int_grid__readings') }}

),

final as (

    {{ supporting_lines([
        'native_rows',
        'charge_points',
        'generic_csv_rows',
        'ocpi_rows',
        'ocpp_rows',
        'grid_readings',
    ]) }}

)

select * from final
