{#- Windows on BigQuery. What its analytic functions lack are functions of the dataset, which
    `create_functions` makes when a run starts. -#}

{% macro bigquery__earlier_quantile(expression, fraction, partition_by, order_by) -%}
    {{ engine_function('quantile_disc') }}(
        array_agg({{ expression }} ignore nulls) over (
            partition by {{ partition_by | join(', ') }}
            order by {{ order_by | join(', ') }}
            rows between unbounded preceding and 1 preceding
        ),
        {{ fraction }}
    )
{%- endmacro %}

{% macro bigquery__median(expression) -%}
    {{ engine_function('median_of') }}(array_agg({{ expression }} ignore nulls))
{%- endmacro %}

{% macro engine_function(name) -%}
    `{{ target.database }}.{{ target.schema }}.{{ name }}`
{%- endmacro %}

{% macro bigquery__create_functions() -%}
    create or replace function {{ engine_function('quantile_disc') }}(
        `values` any type, fraction any type
    ) as ((
        select min(value)
        from (
            select
                value,
                row_number() over (order by value) as place,
                count(*) over () as value_count
            from unnest(`values`) as value
        )
        where place >= fraction * value_count
    ));
    create or replace function {{ engine_function('median_of') }}(`values` any type) as ((
        select avg(cast(value as float64))
        from (
            select
                value,
                row_number() over (order by value) as place,
                count(*) over () as value_count
            from unnest(`values`) as value
        )
        where place in (div(value_count + 1, 2), div(value_count + 2, 2))
    ))
{%- endmacro %}
