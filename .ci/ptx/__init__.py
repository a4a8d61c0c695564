"""Executes kernels of PTX without a GPU: `python -m ptx` says how.

In the order in which a kernel walks through them:

    captured      what `echo-bench launches` wrote: kernels, their arguments, what came out, what should
    compiled      a program for NVIDIA by clang
    source        the text of PTX as instructions, registers and variables
    memory        the spaces of memory, each access checked
    races         who touched which bytes since the last barrier
    machine       threads: registers, branches, barriers; several work-groups side by side
    arithmetic, integers, conversion, access, matrix, copies, lanes   what instructions do
    launch        a kernel over all of its work-groups
    check         a captured launch executed and compared
    mutations     the same with a fault put in, which must be noticed

What the machine models beyond the PTX ISA's letter, and what it leaves out, is said in `machine` and `races`.
"""
