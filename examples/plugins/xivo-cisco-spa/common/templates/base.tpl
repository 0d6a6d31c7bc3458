<?xml version="1.0" encoding="UTF-8"?>
<flat-profile>
{% block network %}
  <Connection_Type>DHCP</Connection_Type>
  <Primary_NTP_Server>{{ ntp_ip }}</Primary_NTP_Server>
  <Time_Zone>{{ XX_timezone }}</Time_Zone>
{% endblock %}
{% for line_no, line in sip_lines.items() %}
  <Line_Enable_{{ line_no }}_>Yes</Line_Enable_{{ line_no }}_>
  <User_ID_{{ line_no }}_>{{ line.username|e }}</User_ID_{{ line_no }}_>
  <Password_{{ line_no }}_>{{ line.password|e }}</Password_{{ line_no }}_>
  <Proxy_{{ line_no }}_>{{ line.proxy_ip }}</Proxy_{{ line_no }}_>
{% endfor %}
{% block model %}{% endblock %}
</flat-profile>
