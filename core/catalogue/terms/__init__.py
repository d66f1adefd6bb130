"""When and where something is sold, and for how much: price lists, schedules, and what a place has run out of."""
