"""Running a network: differential equations, single random events, doses; in Python, or by the browser's own code."""
