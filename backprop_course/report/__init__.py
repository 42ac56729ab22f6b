"""`backprop-course report`: what a class got wrong."""
