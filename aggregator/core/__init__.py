"""What we decide: values in, values out. No I/O, no clock, no logging."""
