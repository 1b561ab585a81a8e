"""The whole of sitrep on one machine: moto stands for AWS, a runner for what wakes the functions."""
