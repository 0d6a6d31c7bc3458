{# offered in this order; the device takes the first that the other side knows #}
<Preferred_Codec>G722</Preferred_Codec>
<Second_Preferred_Codec>G711a</Second_Preferred_Codec>
<Third_Preferred_Codec>G711u</Third_Preferred_Codec>
