{#- A key of what a session's record says: the same for copies of it, however they were sent. -#}
{% macro session_content(relation) -%}
    {{ surrogate_key([
        relation ~ '.source_system', relation ~ '.native_session_id', relation ~ '.station_id',
        relation ~ '.native_charger_id', relation ~ '.native_port_id',
        relation ~ '.native_connector_id', relation ~ '.started_at_utc',
        relation ~ '.ended_at_utc', relation ~ '.charging_ended_at_utc',
        relation ~ '.energy_kwh', relation ~ '.revenue_amount', relation ~ '.tax_amount',
        relation ~ '.currency', relation ~ '.payment_method', relation ~ '.driver_key',
        relation ~ '.vehicle', relation ~ '.stop_reason', relation ~ '.last_updated_utc',
    ]) }}
{%- endmacro %}
