{#- ChargePoint's words for plugs and levels in OCPI's, and what its rows say of themselves. -#}

{% macro chargepoint_connector_standard(plug_type) -%}
    case
        when upper({{ plug_type }}) like '%COMBO%' or upper({{ plug_type }}) like '%CCS%'
            then 'IEC_62196_T1_COMBO'
        when upper({{ plug_type }}) like '%CHADEMO%' then 'CHADEMO'
        when upper({{ plug_type }}) like '%J1772%' then 'IEC_62196_T1'
        when upper({{ plug_type }}) like '%NACS%' or upper({{ plug_type }}) like '%J3400%'
            then 'SAE_J3400'
        when upper({{ plug_type }}) like 'NEMA%' then 'NEMA_5_20'
    end
{%- endmacro %}

{% macro chargepoint_power_type(port_type) -%}
    case
        when {{ port_type }} in ('Level 1', 'Level 2') then 'AC_1_PHASE'
        when upper({{ port_type }}) like 'DC%' then 'DC'
    end
{%- endmacro %}

{% macro chargepoint_rules() -%}
    nullif({% call joined(',') %}
        case
            when
                abs(
                    {{ seconds_between(
                        'coalesce(start_utc, start_local)', 'coalesce(end_utc, end_local)'
                    ) }}
                    - total_seconds
                ) > 120
                then 'DURATION_MISMATCH'
        end,
        case
            when raw_total = '838:59:59' or raw_charging = '838:59:59' then 'DURATION_IS_SENTINEL'
        end,
        case
            when
                (start_label is not null and start_minutes is null)
                or (end_label is not null and end_minutes is null)
                then 'ZONE_LABEL_UNKNOWN'
        end,
        case
            when
                {{ zone_label_is_wrong('start_label', 'start_clock') }}
                or {{ zone_label_is_wrong('end_label', 'end_clock') }}
                then 'ZONE_LABEL_MISMATCH'
        end
    {% endcall %}, '')
{%- endmacro %}
