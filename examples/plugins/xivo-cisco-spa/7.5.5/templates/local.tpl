{# what firmware 7.5.5 needs besides #}
<Firmware_Wanted>7.5.5</Firmware_Wanted>
