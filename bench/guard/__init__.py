"""How far attacks on the public board get under each guard, by simulation."""
