{%- set unreadable_rules = ['START', 'END', 'CHARGING_END', 'ENERGY', 'COST'] -%}
-- The rules that a row breaks by itself; rules between rows come once the duplicates are known.
-- What each rule means and does is the seed quality_rules.
with sessions as (

    select * from {{ ref('int_sessions__measured') }}

),

listed as (

    select
        *,
        ',' || coalesce(unreadable_fields, '') || ',' as unreadable_list
    from sessions

),

final as (

    select
        {{ session_columns() }},
        connected_seconds,
        nullif(
            {% call joined(',') %}
            parse_error,
            adapter_rules,
            {%- for field in unreadable_rules %}
            case
                when unreadable_list like '%,{{ field | lower }},%' then 'UNREADABLE_{{ field }}'
            end,
            {%- endfor %}
            case
                when
                    parse_error is null and started_at_utc is null
                    and unreadable_list not like '%,start,%'
                    then 'MISSING_START'
            end,
            case
                when {{ is_placeholder_start('started_at_utc') }} then 'START_IS_SENTINEL'
                when started_at_utc < timestamp '0100-01-01 00:00:00' then 'YEAR_IMPLAUSIBLE'
                when not {{ is_plausible_start('started_at_utc') }} then 'START_OUT_OF_RANGE'
                when started_at_utc > {{ add_seconds('landed_at_utc', '86400') }}
                    then 'START_IN_FUTURE'
            end,
            case
                when
                    ended_at_utc < timestamp '2000-01-01 00:00:00'
                    -- A start as far off says it already.
                    and coalesce(started_at_utc >= timestamp '2000-01-01 00:00:00', true)
                    then 'END_IS_SENTINEL'
                when
                    ended_at_utc >= timestamp '2100-01-01 00:00:00'
                    and {{ is_plausible_start('started_at_utc') }}
                    then 'END_IS_SENTINEL'
                when connected_seconds < 0 then 'END_BEFORE_START'
                when started_at_utc > {{ add_seconds('landed_at_utc', '86400') }} then null
                when ended_at_utc > {{ add_seconds('landed_at_utc', '86400') }} then 'END_IN_FUTURE'
                when
                    ended_at_utc
                    > {{ add_seconds('coalesce(received_at_utc, last_updated_utc)', '600') }}
                    then 'CLOCK_AHEAD'
            end,
            case
                when
                    parse_error is null and ended_at_utc is null
                    and unreadable_list not like '%,end,%'
                    and unreadable_list not like '%,energy,%'
                    -- Such an end is counted from the start: without one, nothing is said of it.
                    and not coalesce(end_is_charging_end and started_at_utc is null, false)
                    then case
                        when energy_kwh > 0 then 'MISSING_END'
                        when was_left_behind then 'MISSING_STOP,OPEN_SESSION'
                        else 'OPEN_SESSION'
                    end
            end,
            case
                when
                    ended_at_utc is not null and energy_kwh is null
                    and unreadable_list not like '%,energy,%'
                    then 'MISSING_ENERGY'
            end,
            case
                when energy_kwh = 0 then 'ZERO_ENERGY'
                when is_a_register_short then 'METER_ROLLOVER'
                when energy_kwh < 0 then 'NEGATIVE_ENERGY'
                when unit_rule = 'ENERGY_UNIT_WH' then 'ENERGY_UNIT_WH'
                when
                    unit_rule is null and fits_in_wh
                    and (
                        needs_impossible_power
                        or energy_kwh > {{ var('ecocharge_max_session_kwh') }}
                    )
                    then 'ENERGY_UNIT_WH'
                when energy_kwh > {{ var('ecocharge_max_session_kwh') }} then 'ENERGY_ABOVE_LIMIT'
                when unit_rule is null and needs_impossible_power then 'POWER_IMPOSSIBLE'
                when
                    connected_seconds > 0
                    and energy_kwh * 3600 > 1.1 * rated_kw * connected_seconds
                    then 'POWER_ABOVE_RATED'
            end,
            case
                when unit_rule = 'DURATION_UNIT' and connected_seconds > 0 then 'DURATION_UNIT'
            end,
            case when connected_seconds = 0 then 'ZERO_DURATION' end,
            case when connected_seconds = 0 and energy_kwh > 0 then 'ENERGY_IN_NO_TIME' end,
            case
                when not {{ is_plausible_start('started_at_utc') }} then null
                when connected_seconds > 7 * 86400 then 'STUCK_SESSION'
                when connected_seconds > 86400 then 'LONG_SESSION'
            end,
            case
                when
                    charging_ended_at_utc < started_at_utc
                    or charging_ended_at_utc > ended_at_utc
                    then 'CHARGING_END_CLAMPED'
            end,
            case
                when end_is_charging_end and ended_at_utc is not null
                    then 'END_FROM_CHARGING_TIME'
            end,
            case when has_skipped_local_time then 'NONEXISTENT_LOCAL_TIME' end,
            case when has_repeated_local_time then 'AMBIGUOUS_LOCAL_TIME' end,
            case
                when parse_error is null and station_id = source_system || ':UNKNOWN'
                    then 'UNKNOWN_STATION'
            end
            {% endcall %},
            ''
        ) as broken_rules
    from listed

)

select * from final
