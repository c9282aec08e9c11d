"""How long it takes to score a whole competition again after labels were fixed."""
