"""From a `Network` to text: Python, JavaScript, and equations for readers."""
