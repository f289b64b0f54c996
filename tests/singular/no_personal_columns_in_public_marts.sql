-- Protects people: no public mart has a column that names, locates or bills a person.
{%- set personal = [
    'driver_name', 'first_name', 'last_name', 'email', 'phone', 'card', 'token', 'rfid', 'uid',
    'plate', 'vin', 'vehicle', 'customer', 'user', 'contract', 'account',
] %}
{%- set offenders = [] %}
{%- for mart in reviewed_marts() %}
{%- set relation = ref(mart) %}
{%- if execute %}
{%- for column in adapter.get_columns_in_relation(relation) %}
{%- for word in personal if word in column.name.lower().split('_')
                or word == column.name.lower() %}
{%- do offenders.append(mart ~ '.' ~ column.name) %}
{%- endfor %}
{%- endfor %}
{%- endif %}
{%- endfor %}
with final as (

    {{ offender_rows(offenders) }}

)

select * from final
where offender is not null
