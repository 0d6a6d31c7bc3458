{# what firmware 7.5.4 needs besides #}
<Firmware_Wanted>7.5.4</Firmware_Wanted>
