"""The networks and exact lazy Adam on compiled kernels."""
