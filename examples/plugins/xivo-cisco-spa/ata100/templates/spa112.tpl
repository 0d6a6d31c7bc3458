{% extends 'base.tpl' %}
{% block model %}{% include 'ata/impedance.tpl' %}{% endblock %}
