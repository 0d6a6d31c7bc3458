{% extends 'base.tpl' %}
{% block model %}{% include 'ata/impedance.tpl' %}{% include 'ata/fax.tpl' %}{% endblock %}
