{#- The zone labels of ChargePoint's exports. A label is an offset, in summer time or not; the zone
    only tells whether the label can be right on that day. -#}
{% macro chargepoint_zone_labels() -%}
    {{ return([
        ('UTC', 0, none), ('GMT', 0, none),
        ('PST', -480, 'America/Los_Angeles'), ('PDT', -420, 'America/Los_Angeles'),
        ('MST', -420, none), ('MDT', -360, 'America/Denver'),
        ('CST', -360, 'America/Chicago'), ('CDT', -300, 'America/Chicago'),
        ('EST', -300, 'America/New_York'), ('EDT', -240, 'America/New_York'),
        ('AST', -240, 'America/Halifax'), ('ADT', -180, 'America/Halifax'),
        ('AKST', -540, 'America/Anchorage'), ('AKDT', -480, 'America/Anchorage'),
        ('HST', -600, 'Pacific/Honolulu'),
        ('BST', 60, 'Europe/London'),
        ('CET', 60, 'Europe/Paris'), ('CEST', 120, 'Europe/Paris'),
    ]) }}
{%- endmacro %}

{% macro zone_label_minutes(label) -%}
    case {{ label }}
        {%- for name, minutes, _ in chargepoint_zone_labels() %}
        when '{{ name }}' then {{ minutes }}
        {%- endfor %}
    end
{%- endmacro %}

{#- True where the label's zone had another offset at that wall clock: PST in July. -#}
{% macro zone_label_is_wrong(label, wall_clock) -%}
    case {{ label }}
        {%- for name, minutes, zone in chargepoint_zone_labels() if zone %}
        when '{{ name }}'
            then
                {{ utc_to_local(add_seconds(wall_clock, -60 * minutes), "'" ~ zone ~ "'") }}
                <> {{ wall_clock }}
        {%- endfor %}
        else false
    end
{%- endmacro %}
