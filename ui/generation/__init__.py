"""*Genera Proposte Fattura* and the page of its result (spec, section 4)."""
