"""Where the CPU time of a first check goes: the process's own functions, and its children's share.

python -m benchmarks.profiled [SOURCES]
"""
