{% extends 'base.tpl' %}
{% block model %}<Backlight>{{ X_backlight or '30' }}</Backlight>{% endblock %}
