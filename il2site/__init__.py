"""il2site: a static-site generator for lessons with live models."""

__version__ = "0.1.0"
