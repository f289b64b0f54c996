{#- Days without any data after which a series is given up. -#}
{%- set patience_days = 28 -%}

with series_hours as (

    select * from {{ ref('int_forecasting__series_hours') }}

),

local_hours as (

    select * from {{ ref('int_calendar__zone_quarter_hours') }}
    where interval_start_utc = hour_start_utc

),

bounds as (

    select
        series_id,
        source_system,
        level,
        time_zone,
        country_code,
        region,
        opened_on,
        closed_on,
        min(case when energy_kwh is not null then hour_start_utc end) as first_known_hour_utc,
        max(case when energy_kwh is not null then hour_start_utc end) as last_known_hour_utc
    from series_hours
    group by
        series_id,
        source_system,
        level,
        time_zone,
        country_code,
        region,
        opened_on,
        closed_on

),

spans as (

    select
        *,
        {{ add_seconds('last_known_hour_utc', 3600) }} as known_until_utc,
        {{ add_seconds('max(last_known_hour_utc) over (partition by source_system)', 3600) }}
            as network_known_until_utc,
        {{ add_seconds('last_known_hour_utc', 3600 + patience_days * 86400) }} as given_up_at_utc
    from bounds

),

-- The hour whose day is the last to be forecast from: the end of the feed (each zone's days end at
-- their own hour, hence two days of grace), of the network's for a series that is silent, and four
-- weeks after its last sign of life at the latest.
last_hours as (

    select
        series_id,
        coalesce(known_until_utc, network_known_until_utc) as known_until_utc,
        case
            when {{ add_seconds('known_until_utc', 2 * 86400) }} >= network_known_until_utc
                then known_until_utc
            when given_up_at_utc < network_known_until_utc then given_up_at_utc
            else network_known_until_utc
        end as last_hour_utc
    from spans

),

last_days as (

    select
        spans.series_id,
        last_hours.known_until_utc,
        {{ day_number(
            'least(local_hours.date_local, coalesce(spans.closed_on, local_hours.date_local))'
        ) }} as last_origin_day,
        coalesce({{ day_number('spans.closed_on') }}, 9999999) as closing_day
    from spans
    inner join last_hours on spans.series_id = last_hours.series_id
    inner join local_hours
        on
            spans.time_zone = local_hours.time_zone
            and last_hours.last_hour_utc = local_hours.hour_start_utc

),

-- A station that has just opened is expected to report, though nothing of it is known yet.
hours as (

    select
        spans.series_id,
        spans.source_system,
        spans.level,
        spans.country_code,
        spans.region,
        spans.opened_on,
        last_days.known_until_utc,
        last_days.last_origin_day,
        local_hours.hour_start_utc,
        local_hours.date_local,
        local_hours.hour_of_day
    from spans
    inner join last_days on spans.series_id = last_days.series_id
    inner join local_hours
        on
            spans.time_zone = local_hours.time_zone
            and (
                spans.first_known_hour_utc <= local_hours.hour_start_utc
                or (
                    spans.first_known_hour_utc is null
                    and spans.opened_on <= local_hours.date_local
                )
            )
            and last_days.last_origin_day + 6 >= {{ day_number('local_hours.date_local') }}
            and last_days.closing_day >= {{ day_number('local_hours.date_local') }}

),

final as (

    select
        hours.series_id,
        hours.source_system,
        hours.level,
        hours.country_code,
        hours.region,
        hours.opened_on,
        hours.hour_start_utc,
        hours.date_local,
        hours.hour_of_day,
        series_hours.energy_kwh,
        series_hours.stations_in_service,
        series_hours.is_imputed,
        series_hours.is_outage,
        series_hours.is_flat_line,
        {{ day_number('hours.date_local') }} as day_number,
        hours.hour_start_utc >= hours.known_until_utc as is_future,
        {{ day_number('hours.date_local') }} <= hours.last_origin_day as may_be_origin
    from hours
    left join series_hours
        on
            hours.series_id = series_hours.series_id
            and hours.hour_start_utc = series_hours.hour_start_utc

)

select * from final
