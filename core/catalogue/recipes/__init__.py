"""What is sold, and what it is made of: recipes, sub-recipes, what modifiers change in them."""
