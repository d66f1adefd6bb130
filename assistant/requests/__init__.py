"""What customers ask for beside dishes: a time, an address, a table, a tip, a note, a link to pay by, money back."""
