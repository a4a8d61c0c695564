"""Makes the signals of this folder with numpy, scipy and h5py, as their users do.

    python3 -m venv venv && venv/bin/pip install numpy scipy h5py npTDMS
    venv/bin/python make_signals.py

Every file holds ramp(n, c): channel c of sample i is ((i * 7 + c * 13) % 64 - 32) / 64, which every
element type here takes exactly (integers hold it times their full scale, those of 64 bits times 64).
"""

import struct

import h5py
import nptdms
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
scipy.io.savemat("times.mat", {"a_time": one, "b_time": -one, "t_time": numpy.arange(COUNT) / 1000})
scipy.io.savemat("rates.mat", {"x": one, "odd": 1000.4, "near": 1000 + 1e-8})
scipy.io.savemat("int16.mat", {"x": (one * 32768).astype(numpy.int16)})
scipy.io.savemat("two.mat", {"a": one, "b": -one})
scipy.io.savemat("none.mat", {"note": "text", "s": {"inner": one}, "z": one * 1j})


def matlab_class(dataset, name=b"double"):
    """The attribute as MATLAB writes it: as many bytes as the name has, called zero-terminated."""
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(len(name))
    kind.set_strpad(h5py.h5t.STR_NULLTERM)
    scalar = h5py.h5s.create(h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(dataset.id, b"MATLAB_class", kind, scalar)
    attribute.write(numpy.array(name), mtype=kind)


def matlab_header(path):
    """What MATLAB writes before HDF5's own."""
    text = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan 01 00:00:00 2024 HDF5 schema 1.00 ."
    with open(path, "r+b") as file:
        file.write(text.ljust(116) + bytes(8) + bytes([0, 2]) + b"IM")


with h5py.File("v73.mat", "w", userblock_size=512) as file:
    matlab_class(file.create_dataset("vibration", data=one[None, :]))
    matlab_class(file.create_dataset("rpm", data=numpy.array([[1800.0]])))
matlab_header("v73.mat")

# h5py and hdf5storage write other kinds of text; the letters of MATLAB's are 16-bit numbers too.
with h5py.File("v73-text.mat", "w", userblock_size=512) as file:
    file.create_dataset("x", data=one[:, None]).attrs["MATLAB_class"] = numpy.bytes_("double")
    letters = numpy.array([[ord(letter)] for letter in "no signal"], numpy.uint16)
    file.create_dataset("note", data=letters).attrs["MATLAB_class"] = "char"
matlab_header("v73-text.mat")

# Structs, cells and references, as MATLAB writes them: extents the other way round.
with h5py.File("v73-struct.mat", "w", userblock_size=512) as file:
    bearing = file.create_group("bearing")
    matlab_class(bearing, b"struct")
    matlab_class(bearing.create_dataset("gs", data=one[None, :], compression="gzip"))
    matlab_class(bearing.create_dataset("sr", data=numpy.array([[1000]], numpy.int16)), b"int16")
    hidden = file.create_group("#refs#")
    members = [hidden.create_dataset(name, data=one[None, :] * sign) for name, sign in (("a", -1), ("b", 1))]
    for member in members:
        matlab_class(member)
    references = numpy.array([[member.ref] for member in members], dtype=h5py.ref_dtype)
    matlab_class(file.create_dataset("C", data=references, dtype=h5py.ref_dtype), b"cell")
    array = file.create_group("Y")
    matlab_class(array, b"struct")
    array.create_dataset("Data", data=references, dtype=h5py.ref_dtype)
matlab_header("v73-struct.mat")

# What an integer is worth, and what is no number.
for name in ["<f2", ">f2", "<u2", ">u2", "<u4"]:
    kind = numpy.dtype(name)
    half = 0 if kind.kind == "f" else 2.0 ** (8 * kind.itemsize - 1)
    numpy.save(f"{name[1:]}{'le' if name[0] == '<' else 'be'}.npy", (three * (half or 1) + half).astype(kind))
numpy.save("i8le.npy", (three * 64).astype(numpy.int64))
numpy.save("u8be.npy", (three * 64 + 32).astype(">u8"))
numpy.save("counts.npy", (three * 64).astype(numpy.int32))
numpy.save("bool.npy", one > 0)
numpy.save("objects.npy", numpy.array([one[:3], None], dtype=object), allow_pickle=True)
numpy.save("records.npy", numpy.zeros(3, dtype=[("x", "<f4"), ("y", "<f8")]))
numpy.save("text.npy", numpy.array(["a", "b"]))

# Shapes that mean one thing, and others.
time = numpy.arange(COUNT) / 1000
numpy.save("windows.npy", numpy.zeros((20, 256), numpy.int8))
numpy.save("windows-fortran.npy", numpy.asfortranarray(numpy.zeros((256, 20), numpy.int8)))
numpy.save("column.npy", one[:, None])
numpy.save("row.npy", one[None, None, :])
numpy.save("time-column.npy", numpy.column_stack([time, three]))
numpy.save("time-row.npy", numpy.vstack([three.T, time]).astype(numpy.float32))

numpy.savez("stored.npz", x=three, fs=1000)
numpy.savez_compressed("deflated.npz", t=time, x=three, fs=numpy.int16(1000), note="a ramp")
numpy.savez("two.npz", a=one, b=-one)

bearing = {"gs": one[:, None], "sr": numpy.int16(1000), "period": 0.001, "load": 270.0}
array = numpy.zeros((1, 3), dtype=[("Name", object), ("Data", object)])
for index in range(3):
    array[0, index] = (f"channel {index}", three[None, :, index])
cell = numpy.empty((2, 2), dtype=object)
for index in numpy.ndindex(2, 2):
    cell[index] = one if index == (1, 0) else -one
inner = numpy.empty(1, dtype=object)
inner[0] = {"deep": {"x": one, "fs": 1000.0}}
nested = {"bearing": bearing, "Y": array, "C": cell, "wrapped": inner, "odd": {"a": one, "b": one[:10]}}
for ending, packed in (("", False), ("-compressed", True)):
    scipy.io.savemat(f"nested{ending}.mat", nested, do_compression=packed)
    scipy.io.savemat(f"time{ending}.mat", {"zeit": time[:, None], "data": three}, do_compression=packed)
scipy.io.savemat("long-compressed.mat", {"x": numpy.tile(one, 400)}, do_compression=True)
scipy.io.savemat("v4.mat", {"t": time[:, None], "data": three, "note": "ab"}, format="4")
whole = {f"i{bits}": (one * 2.0 ** (bits - 1)).astype(f"i{bits // 8}") for bits in (8, 16, 32)}
whole |= {f"u{bits}": ((one + 1) * 2.0 ** (bits - 1)).astype(f"u{bits // 8}") for bits in (8, 16, 32)}
wide = {"i64": (one * 64).astype(numpy.int64), "u64": (one * 64 + 32).astype(numpy.uint64)}
scipy.io.savemat("classes.mat", whole | wide | {"f32": one.astype(numpy.float32), "flag": one > 0})


def big_endian(name, values):
    """A v5 file of one double vector, as MATLAB on SPARC wrote it, its whole numbers stored as int8."""
    def element(kind, data):
        return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)
    body = element(6, struct.pack(">II", 6, 0)) + element(5, struct.pack(">ii", len(values), 1))
    # Four bytes or fewer lie in the tag, whose upper half is their number.
    body += struct.pack(">HH", len(name), 1) + name.ljust(4, b"\0") + element(1, values.astype("i1").tobytes())
    return b"MATLAB 5.0 MAT-file, Platform: SOL2".ljust(124) + b"\x01\x00MI" + element(14, body)


with open("big-endian.mat", "wb") as file:
    file.write(big_endian(b"x", one * 64))

waveform = {"wf_increment": 0.001}
with nptdms.TdmsWriter("segments.tdms") as file:
    for first in range(0, COUNT, 100):
        channels = [nptdms.ChannelObject("V", name, three[first:first + 100, index], waveform)
                    for index, name in enumerate("xyz")]
        file.write_segment(channels)
scale = {"NI_Number_Of_Scales": 1, "NI_Scale[0]_Scale_Type": "Linear", "NI_Scale[0]_Linear_Slope": 0.25,
         "NI_Scale[0]_Linear_Y_Intercept": 2.0, "NI_Scale[0]_Linear_Input_Source": numpy.uint32(2**32 - 1)}
with nptdms.TdmsWriter("scaled.tdms") as file:
    file.write_segment([nptdms.ChannelObject("V", "x", (one * 64).astype(numpy.int16), waveform | scale)])
with nptdms.TdmsWriter("groups.tdms") as file:
    file.write_segment([nptdms.ChannelObject("A", "t", time), nptdms.ChannelObject("A", "x", one),
                        nptdms.ChannelObject("B", "it's", -one)])


def interleaved(order):
    """Two chunks of interleaved samples, then a segment without metadata."""
    def text(value):
        return struct.pack(order + "I", len(value)) + value
    def lead(flags, metadata, data):
        flags |= 1 << 6 if order == ">" else 0
        head = struct.pack(order + "IQQ", 4713, len(metadata) + len(data), len(metadata))
        return b"TDSm" + struct.pack("<I", flags) + head + metadata + data
    metadata = struct.pack(order + "I", 3)
    for name in (b"x", b"y", b"z"):
        metadata += text(b"/'V'/'" + name + b"'") + struct.pack(order + "IIIQ", 20, 9, 1, 75)
        metadata += struct.pack(order + "I", 1) + text(b"wf_increment") + struct.pack(order + "Id", 10, 0.001)
    data = three.astype(order + "f4")
    return (lead(1 << 1 | 1 << 2 | 1 << 3 | 1 << 5, metadata, data[:150].tobytes())
            + lead(1 << 3 | 1 << 5, b"", data[150:].tobytes()))


for name, order in (("le", "<"), ("be", ">")):
    with open(f"interleaved-{name}.tdms", "wb") as file:
        file.write(interleaved(order))
    witness = nptdms.TdmsFile.read(f"interleaved-{name}.tdms")
    assert all((witness["V"][axis][:] == three[:, index]).all() for index, axis in enumerate("xyz"))
