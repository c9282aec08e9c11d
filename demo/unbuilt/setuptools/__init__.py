"""Stands in for setuptools while a source archive is only downloaded."""
