"""What the product does: plain values in, rows or small frozen dataclasses out; nothing here knows how it is shown."""
