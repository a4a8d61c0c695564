import EchoModel
import EchoTensor
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct SafetensorsTests {
    /// What people give by mistake is called what it is.
    @Test(arguments: [
        (Array("RIFF\u{24}\u{8}\u{0}\u{0}WAVEfmt ".utf8), "is a recording, and no model"),
        (Array("fLaC\u{0}\u{0}\u{0}\u{22}".utf8), "is a recording, and no model"),
        (Array("PK\u{3}\u{4}\u{0}\u{0}\u{8}\u{8}".utf8), "python -m echo_gpu convert"),
        ([0x93] + Array("NUMPY\u{1}\u{0}v\u{0}".utf8), "is a NumPy array, and no model"),
    ])
    func otherFilesAreNamed(bytes: [UInt8], part: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes)
        let error = #expect(throws: ModelError.self) { try Weights.load(path: path) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func float32TensorsAreReadAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            RawSafetensors.file([
                RawTensor("a", [2, 3], [1, 2, 3, 4, 5, 6]), RawTensor("b", [1], [-0.5]),
            ]))
        let file = try SafetensorsFile(path: path)
        #expect(file.names == ["a", "b"])
        let a = try file.tensor("a")
        #expect(a.shape == [2, 3])
        #expect(a.floats == [1, 2, 3, 4, 5, 6])
        #expect(try file.tensor("b").floats == [-0.5])
        #expect(try file.tensor("a", as: [6]).shape == [6])
        #expect(address(of: a).isMultiple(of: 64))
    }

    @Test(arguments: 1...3)
    func misalignedFloat32TensorsAreAlignedInMemory(shift: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            RawSafetensors.file([RawTensor("a", [3], [1, -2, 0.1])], shift: shift))
        let file = try SafetensorsFile(path: path)
        let a = try file.tensor("a")
        #expect(a.floats == [1, -2, 0.1])
        #expect(address(of: a).isMultiple(of: 64))
    }

    @Test func tensorsOutliveTheFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(RawSafetensors.file([RawTensor("a", [3], [1, 2, 3])]))
        let tensor = try SafetensorsFile(path: path).tensor("a")
        try FileManager.default.removeItem(atPath: path)
        #expect(tensor.floats == [1, 2, 3])
    }

    /// A mapped file would end the process with SIGBUS.
    @Test func aFileThatBecameShorterIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(RawSafetensors.file([RawTensor("a", [3], [1, 2, 3])]))
        let file = try SafetensorsFile(path: path)
        #expect(truncate(path, 70) == 0)
        let error = #expect(throws: ModelError.self) { try file.tensor("a") }
        #expect(error?.description.contains("became shorter") == true)
    }

    @Test func everyHalfConvertsExactly() throws {
        let halves = (0...UInt16.max).map { $0 }
        let folder = try TemporaryFolder()
        let path = try folder.write(
            RawSafetensors.file([RawTensor("a", "F16", [256, 256], halves: halves)], shift: 1))
        let floats = try SafetensorsFile(path: path).tensor("a").floats
        let wrong = zip(halves, floats).filter { half, float in
            let expected = half.asBinary16
            return expected.isNaN ? !float.isNaN : Double(float) != expected
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        #expect(floats[0x8000].sign == .minus)
    }

    @Test func everyBFloatConvertsExactly() throws {
        let halves = (0...UInt16.max).map { $0 }
        let folder = try TemporaryFolder()
        let path = try folder.write(
            RawSafetensors.file([RawTensor("a", "BF16", [65536], halves: halves)]))
        let floats = try SafetensorsFile(path: path).tensor("a").floats
        // The upper half of a float32.
        let wrong = zip(halves, floats).filter { $1.bitPattern != UInt32($0) << 16 }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.safetensors"
        let name = "quote \" backslash \\ newline \n é 🎧"
        let values: [Float] = [0, -0.0, .infinity, .leastNonzeroMagnitude, 3]
        try SafetensorsFile.write(
            [
                .init(name, HostTensor(values, [5]), shape: [1, 5]),
                .init("empty", HostTensor([Float](), [0, 4])),
                .init("scalar", HostTensor([Float(7)], [])),
            ], to: path)
        let file = try SafetensorsFile(path: path)
        #expect(file.names == ["empty", name, "scalar"])
        let tensor = try file.tensor(name)
        #expect(tensor.shape == [1, 5])
        #expect(tensor.floats.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try file.tensor("empty").shape == [0, 4])
        #expect(try file.tensor("scalar").floats == [7])
        #expect(address(of: tensor).isMultiple(of: 64))
    }

    @Test func writingReplacesAFileAndLeavesNothingBeside() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", "out.safetensors")
        try SafetensorsFile.write([.init("a", HostTensor([Float(1)], [1]))], to: path)
        #expect(try SafetensorsFile(path: path).tensor("a").floats == [1])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files == ["out.safetensors"])
    }

    @Test func writingToAMissingFolderIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/missing/out.safetensors"
        let error = #expect(throws: ModelError.self) { try SafetensorsFile.write([], to: path) }
        #expect(error?.file == path)
    }

    private func address(of tensor: HostTensor) -> Int {
        tensor.withBytes { Int(bitPattern: $0.baseAddress) }
    }
}

extension UInt16 {
    /// The value of an IEEE 754 binary16, by the definition.
    fileprivate var asBinary16: Double {
        let sign: Double = self >> 15 == 0 ? 1 : -1
        let exponent = Int(self >> 10 & 0x1F)
        let fraction = Double(self & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1024 + fraction) * pow(2, Double(exponent - 25))
        }
    }
}
