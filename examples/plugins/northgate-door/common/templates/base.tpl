[sip]
server = {{ sip_proxy_ip }}
user = {{ sip_lines['1'].username }}
password = {{ sip_lines['1'].password }}
