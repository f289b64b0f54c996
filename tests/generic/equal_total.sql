{% test equal_total(model, column, to, to_column) %}

    with here as (

        select coalesce(sum({{ column }}), 0) as total from {{ model }}

    ),

    there as (

        select coalesce(sum({{ to_column }}), 0) as total from {{ to }}

    )

    select
        here.total,
        there.total as expected
    from here
    cross join there
    where here.total <> there.total

{% endtest %}
