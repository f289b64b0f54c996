"""Three facts by other tools from the same landed files, each as its experts would write it."""
