"""The forms: what a person types, checked before a verb is called. One module a noun."""
