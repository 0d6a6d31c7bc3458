{# what firmware 7.4.8 needs besides #}
<Firmware_Wanted>7.4.8</Firmware_Wanted>
