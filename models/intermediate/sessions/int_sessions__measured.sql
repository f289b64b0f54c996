{%- set moduli = ['10000', '100000', '1000000', '10000000', '2147483.648', '4294967.296'] -%}
-- What a row's numbers amount to, beside its neighbours and its file: how much power, and whether
-- the energy is a unit or a full register away from a plausible one.
with sessions as (

    select * from {{ ref('int_sessions__timed') }}

),

file_evidence as (

    select * from {{ ref('int_sessions__file_evidence') }}

),

latest_starts as (

    select * from {{ ref('int_sessions__latest_starts') }}

),

beside as (

    select
        sessions.*,
        file_evidence.unit_rule,
        coalesce(
            sessions.started_at_utc < on_connector.latest_started_at_utc
            or {{ add_seconds('sessions.started_at_utc', '7 * 86400') }}
            < in_feed.latest_started_at_utc,
            false
        ) as was_left_behind
    from sessions
    left join file_evidence
        on
            sessions.source_system = file_evidence.source_system
            and sessions.load_id = file_evidence.load_id
    left join latest_starts as on_connector
        on
            sessions.source_system = on_connector.source_system
            and sessions.connector_id = on_connector.connector_id
    left join latest_starts as in_feed
        on sessions.source_system = in_feed.source_system and in_feed.connector_id is null

),

final as (

    select
        {{ session_columns() }},
        unreadable_fields,
        adapter_rules,
        has_skipped_local_time,
        has_repeated_local_time,
        landed_at_utc,
        unit_rule,
        connected_seconds,
        was_left_behind,
        coalesce(
            connected_seconds > 0
            and {{ needs_more_than('energy_kwh', 'connected_seconds', impossible_kw('rated_kw')) }},
            false
        ) as needs_impossible_power,
        -- Meters that count in Wh send whole numbers.
        coalesce(
            connected_seconds > 0
            and energy_kwh >= 20
            and energy_kwh = floor(energy_kwh)
            and not {{ needs_more_than(
                'energy_kwh', 'connected_seconds', '1000 * ' ~ plausible_kw('rated_kw')
            ) }},
            false
        ) as fits_in_wh,
        coalesce(
            energy_kwh < 0
            and (
                {%- for modulus in moduli %}
                (
                    energy_kwh + {{ modulus }} between 0 and 300
                    and not {{ needs_more_than(
                        'energy_kwh + ' ~ modulus, 'connected_seconds', plausible_kw('rated_kw')
                    ) }}
                )
                {{- ' or' if not loop.last }}
                {%- endfor %}
            ),
            false
        ) as is_a_register_short
    from beside

)

select * from final
