"""One thread for linear algebra, as in the kernels of a run: small matrices are slower in more."""

import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
