"""Measurements, `make bench`: one module a figure, each with `measure(site)`. All traffic stays on 127.0.0.1 and ends by itself."""
