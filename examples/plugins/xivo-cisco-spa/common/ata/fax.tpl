<FAX_Passthru_Codec>G711a</FAX_Passthru_Codec>
<FAX_Enable_T38>Yes</FAX_Enable_T38>
