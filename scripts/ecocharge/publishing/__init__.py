"""Publishing: the public marts of a green build, swapped in whole or not at all."""
