"""What others do, to be seen beside a generator's score."""
