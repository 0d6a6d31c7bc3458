{# analogue ports: impedance by country #}
<FXS_Port_Impedance>{{ XX_impedance or '600' }}</FXS_Port_Impedance>
<Caller_ID_Method>{{ XX_caller_id or 'ETSI FSK' }}</Caller_ID_Method>
