{% extends 'base.tpl' %}
{% block model %}<Backlight>{{ XX_backlight or '30' }}</Backlight>{% endblock %}
