{#- Port and connector ids that several chargers or stations use are told apart by whose they are.
    `rows` is a CTE with `id_scope`; `shared_ids` one with source_system and native_id. -#}
{% macro ids_within_scope(columns, rows, shared_ids) -%}
    {%- set port = 'case when shared_ports.native_id is not null then '
        ~ rows ~ ".id_scope || '-' || " ~ rows ~ '.native_port_id else '
        ~ rows ~ '.native_port_id end' -%}
    {%- set connector = 'case when shared_connectors.native_id is not null then '
        ~ rows ~ ".id_scope || '-' || " ~ rows ~ '.native_connector_id else '
        ~ rows ~ '.native_connector_id end' -%}
    {%- set charger = 'case '
        ~ 'when ' ~ rows ~ '.native_charger_id = ' ~ rows ~ '.native_port_id then ' ~ port ~ ' '
        ~ 'when ' ~ rows ~ '.native_charger_id = ' ~ rows ~ '.native_connector_id then '
        ~ connector ~ ' else ' ~ rows ~ '.native_charger_id end' -%}
    {%- set told_apart = {
        'native_charger_id': charger,
        'native_port_id': port,
        'native_connector_id': connector,
    } -%}
    select
        {%- for name in columns %}
        {{ told_apart.get(name, rows ~ '.' ~ name) }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ rows }}
    left join {{ shared_ids }} as shared_ports
        on
            {{ rows }}.source_system = shared_ports.source_system
            and {{ rows }}.native_port_id = shared_ports.native_id
            and {{ rows }}.id_scope is not null
    left join {{ shared_ids }} as shared_connectors
        on
            {{ rows }}.source_system = shared_connectors.source_system
            and {{ rows }}.native_connector_id = shared_connectors.native_id
            and {{ rows }}.id_scope is not null
{%- endmacro %}

{#- Whose the port and connector ids of a row are: the charger's, or the station's where a charger
    is called as its port is. -#}
{% macro id_scope(station="native_station_id") -%}
    case
        when native_charger_id in (native_port_id, native_connector_id) then {{ station }}
        else native_charger_id
    end
{%- endmacro %}
