-- Protects exactness: no public mart outside forecasting keeps energy, power, emissions or money in
-- floating point. Quotients (`..._per_...`) are not amounts and may.
{%- set endings = ('_kwh', '_kw', '_kg_co2', '_amount') %}
{%- set offenders = [] %}
{%- for mart in reviewed_marts() %}
{%- set relation = ref(mart) %}
{%- if execute %}
{%- for column in adapter.get_columns_in_relation(relation) %}
{%- if column.name.endswith(endings) and '_per_' not in column.name
                and not column.is_numeric() and 'DECIMAL' not in column.dtype | upper %}
{%- do offenders.append(mart ~ '.' ~ column.name ~ ' ' ~ column.dtype) %}
{%- endif %}
{%- endfor %}
{%- endif %}
{%- endfor %}
with final as (

    {{ offender_rows(offenders) }}

)

select * from final
where offender is not null
