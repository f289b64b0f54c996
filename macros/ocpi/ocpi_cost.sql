{#- The price without tax in any version's shape: a number, or an object with the price in it. -#}
{% macro ocpi_price(cost) -%}
    {{ try_to_decimal(
        'coalesce(' ~ json_text(cost, '$.before_taxes') ~ ', ' ~ json_text(cost, '$.excl_vat')
            ~ ", case when " ~ cost ~ " not like '{%' then " ~ json_text(cost, '$') ~ ' end)',
        13, 4
    ) }}
{%- endmacro %}

{#- The tax on it: the sum of the taxes named, or what the price with VAT is above that without. -#}
{% macro ocpi_tax(cost) -%}
    coalesce(
        {{ json_list_sum(cost, '$.taxes[*].amount') }},
        {{ try_to_decimal(json_text(cost, '$.incl_vat'), 13, 4) }}
        - {{ try_to_decimal(json_text(cost, '$.excl_vat'), 13, 4) }}
    )
{%- endmacro %}
