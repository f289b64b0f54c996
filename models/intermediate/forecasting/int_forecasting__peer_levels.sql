{#- Fewer peers than these say more about themselves than about their kind. -#}
{%- set fewest_peers = 3 -%}

with peers as (

    select * from {{ ref('int_forecasting__peers') }}

),

members as (

    select * from {{ ref('int_forecasting__series_members') }}

),

series as (

    select distinct
        source_system,
        series_id,
        site_type,
        power_class,
        port_count
    from members
    where port_count > 0

),

alike as (

    select
        source_system,
        origin_ts_utc,
        site_type,
        power_class,
        count(mean_per_port_kwh) as peer_count,
        {{ median('mean_per_port_kwh') }} as median_kwh
    from peers
    group by source_system, origin_ts_utc, site_type, power_class

),

as_powerful as (

    select
        source_system,
        origin_ts_utc,
        power_class,
        count(mean_per_port_kwh) as peer_count,
        {{ median('mean_per_port_kwh') }} as median_kwh
    from peers
    group by source_system, origin_ts_utc, power_class

),

of_the_network as (

    select
        source_system,
        origin_ts_utc,
        {{ median('mean_per_port_kwh') }} as median_kwh
    from peers
    group by source_system, origin_ts_utc

),

final as (

    select
        series.series_id,
        of_the_network.origin_ts_utc,
        series.port_count * case
            when alike.peer_count >= {{ fewest_peers }} then alike.median_kwh
            when as_powerful.peer_count >= {{ fewest_peers }} then as_powerful.median_kwh
            else of_the_network.median_kwh
        end as peer_level_kwh
    from series
    inner join of_the_network on series.source_system = of_the_network.source_system
    left join alike
        on
            series.source_system = alike.source_system
            and of_the_network.origin_ts_utc = alike.origin_ts_utc
            and series.site_type = alike.site_type
            and series.power_class = alike.power_class
    left join as_powerful
        on
            series.source_system = as_powerful.source_system
            and of_the_network.origin_ts_utc = as_powerful.origin_ts_utc
            and series.power_class = as_powerful.power_class

)

select * from final
