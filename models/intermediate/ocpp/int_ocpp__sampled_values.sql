-- Every sampled value of energy or power, in Wh or W, with the transaction it belongs to. Starts
-- and stops of version 1.6 carry the register in a field of their own.
with messages as (

    select * from {{ ref('int_ocpp__transaction_messages') }}

),

keys as (

    select * from {{ ref('int_ocpp__transaction_keys') }}

),

owned as (

    select
        keys.transaction_key,
        messages.message_key,
        messages.kind,
        messages.occurred_at_utc,
        messages.is_time_from_log,
        messages.meter_wh,
        messages.meter_values
    from messages
    inner join keys on messages.message_key = keys.message_key

),

-- JSON lists inside JSON lists: one step each.
meter_values as (

    {{ rows_per_element(
        'owned',
        'meter_values',
        'meter_value',
        columns=['transaction_key', 'message_key', 'occurred_at_utc', 'is_time_from_log']
    ) }}

),

timed as (

    select
        transaction_key,
        message_key,
        case
            when is_time_from_log then occurred_at_utc
            else coalesce(
                {{ moment_to_utc(json_text('meter_value', '$.timestamp')) }}, occurred_at_utc
            )
        end as read_at_utc,
        {{ json_part('meter_value', '$.sampledValue') }} as sampled_values
    from meter_values

),

sampled as (

    {{ rows_per_element(
        'timed',
        'sampled_values',
        'sampled_value',
        columns=['transaction_key', 'message_key', 'read_at_utc']
    ) }}

),

read as (

    select
        transaction_key,
        message_key,
        read_at_utc,
        coalesce(
            {{ json_text('sampled_value', '$.measurand') }}, 'Energy.Active.Import.Register'
        ) as measurand,
        coalesce({{ json_text('sampled_value', '$.context') }}, 'Sample.Periodic') as context,
        {{ json_text('sampled_value', '$.phase') }} as phase,
        coalesce({{ json_text('sampled_value', '$.location') }}, 'Outlet') as meter_location,
        lower(coalesce(
            {{ json_text('sampled_value', '$.unit') }},
            {{ json_text('sampled_value', '$.unitOfMeasure.unit') }},
            'Wh'
        )) as unit,
        coalesce(
            {{ try_to_decimal(json_text('sampled_value', '$.unitOfMeasure.multiplier'), 9, 0) }},
            0
        ) as multiplier,
        {{ try_to_decimal(json_text('sampled_value', '$.value'), 24, 6) }} as stated_value
    from sampled

),

multiplied as (

    select
        *,
        stated_value * case multiplier + case when unit like 'k%' then 3 else 0 end
            {%- for exponent in range(-3, 10) %}
            when {{ exponent }} then cast({{ 10 ** exponent }} as decimal(13, 3))
            {%- endfor %}
        end as multiplied_value
    from read
    where
        measurand in (
            'Energy.Active.Import.Register', 'Energy.Active.Import.Interval',
            'Energy.Active.Export.Register', 'Power.Active.Import'
        )

),

-- No register shows a hundred billion watt hours.
scaled as (

    select
        *,
        cast(multiplied_value as decimal(18, 3)) as base_value
    from multiplied
    where multiplied_value between -100000000000 and 100000000000

),

fields as (

    select
        transaction_key,
        message_key,
        occurred_at_utc as read_at_utc,
        'Energy.Active.Import.Register' as measurand,
        cast(null as string) as phase,
        'Outlet' as meter_location,
        meter_wh as base_value,
        case kind when 'start' then 'Transaction.Begin' else 'Transaction.End' end as context
    from owned
    where meter_wh is not null

),

unioned as (

    select
        transaction_key,
        message_key,
        read_at_utc,
        measurand,
        context,
        phase,
        meter_location,
        base_value,
        false as is_field
    from scaled
    union all
    select
        transaction_key,
        message_key,
        read_at_utc,
        measurand,
        context,
        phase,
        meter_location,
        base_value,
        true as is_field
    from fields

),

final as (

    select
        *,
        row_number() over (
            partition by message_key
            order by
                read_at_utc, measurand, context, phase, meter_location, is_field, base_value
        ) as value_number
    from unioned

)

select * from final
