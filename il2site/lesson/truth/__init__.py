"""What is checked of the words of a lesson: numbers and their sources, doses, the order of terms, how hard they are to read."""
