-- Protects people: a driver is a keyed hash in hexadecimal digits, in the mart and in every masked
-- record, so that no card number, name or address of the feed comes through.
with sessions as (

    select * from {{ ref('fct_charging_sessions') }}

),

final as (

    select
        source_file,
        source_line
    from sessions
    where
        driver_key is not null
        and (
            length(driver_key) not between 16 and 64
            or translate(driver_key, '0123456789abcdef', '') <> ''
        )

)

select * from final
