{# what firmware 7.6.2 needs besides #}
<Firmware_Wanted>7.6.2</Firmware_Wanted>
