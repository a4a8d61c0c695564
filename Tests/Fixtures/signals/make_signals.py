"""Makes the signals of this folder with numpy, scipy and h5py, as their users do.

    python3 -m venv venv && venv/bin/pip install numpy scipy h5py
    venv/bin/python make_signals.py

Every file holds ramp(n, c): channel c of sample i is ((i * 7 + c * 13) % 64 - 32) / 64, which every
element type here takes exactly (integers hold it times their full scale).
"""

import h5py
import numpy
import scipy.io

COUNT = 300


def ramp(channels):
    i = numpy.arange(COUNT)[:, None]
    c = numpy.arange(channels)[None, :]
    return (((i * 7 + c * 13) % 64) - 32) / 64


one, three = ramp(1)[:, 0], ramp(3)

for name in ["<f4", ">f4", "<f8", ">f8", "<i2", ">i2", "<i4", ">i4", "|i1"]:
    kind = numpy.dtype(name)
    scale = 1 if kind.kind == "f" else 2.0 ** (8 * kind.itemsize - 1)
    word = {"<": "le", ">": "be", "|": ""}[name[0]]
    numpy.save(f"{name[1:]}{word}.npy", (three * scale).astype(kind))
numpy.save("u1.npy", (three * 128 + 128).astype(numpy.uint8))
numpy.save("fortran.npy", numpy.asfortranarray(three.astype(numpy.float32)))
numpy.save("planar.npy", numpy.ascontiguousarray(three.T.astype(numpy.float32)))
numpy.save("planar-fortran.npy", numpy.asfortranarray(three.T.astype(numpy.float32)))
numpy.save("vector.npy", one.astype(numpy.float32))
numpy.save("cube.npy", numpy.zeros((4, 4, 4), numpy.float32))
numpy.save("complex.npy", one.astype(numpy.complex64))
numpy.save("int64.npy", numpy.arange(COUNT))
numpy.savetxt("savetxt.txt", three, header="three channels\nof a ramp")
numpy.savetxt("savetxt.csv", three, delimiter=",")

cwru = {"X097_DE_time": one[:, None], "X097_FE_time": -one[:, None], "X097RPM": [[1796.0]]}
scipy.io.savemat("cwru.mat", cwru)
scipy.io.savemat("cwru-compressed.mat", cwru, do_compression=True)
scipy.io.savemat("only.mat", {"vibration": one[None, :], "rpm": 1800.0, "note": "a ramp"})
scipy.io.savemat("matrix.mat", {"data": three, "transposed": three.T})
scipy.io.savemat("int16.mat", {"x": (one * 32768).astype(numpy.int16)})
scipy.io.savemat("two.mat", {"a": one, "b": -one})
scipy.io.savemat("none.mat", {"note": "text", "s": {"inner": one}, "z": one * 1j})


def matlab_class(dataset):
    """The attribute as MATLAB writes it: six bytes, called zero-terminated."""
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(6)
    kind.set_strpad(h5py.h5t.STR_NULLTERM)
    scalar = h5py.h5s.create(h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(dataset.id, b"MATLAB_class", kind, scalar)
    attribute.write(numpy.array(b"double"), mtype=kind)


with h5py.File("v73.mat", "w", userblock_size=512) as file:
    matlab_class(file.create_dataset("vibration", data=one[None, :]))
    matlab_class(file.create_dataset("rpm", data=numpy.array([[1800.0]])))
text = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan 01 00:00:00 2024 HDF5 schema 1.00 ."
with open("v73.mat", "r+b") as file:
    file.write(text.ljust(116) + bytes(8) + bytes([0, 2]) + b"IM")
