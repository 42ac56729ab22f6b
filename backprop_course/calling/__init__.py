"""Student's values and functions, whatever they are: read, called under guard, watched; knows no exercise."""
