<Multicell>{{ 'Yes' if XX_multicell else 'No' }}</Multicell>
<DECT_Pin>{{ X_dect_pin or '0000' }}</DECT_Pin>
