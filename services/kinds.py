"""Kinds of appointment: what can be booked, how long it takes, and with whom."""

FIRST = 1  # the row number of the kind that is there from the start
