{% extends 'base.tpl' %}
{% block model %}{% include 'dect/base-station.tpl' %}{% endblock %}
