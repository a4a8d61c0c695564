import EchoModel
import EchoTensor
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct WeightsLoadingTests {
    @Test func aFolderLoadsAsItWasWritten() throws {
        let folder = try TemporaryFolder()
        let written = Weights.synthetic(seed: 3, gain: 2, configuration: smallConfiguration)
        try written.write(to: folder.path + "/model.safetensors")
        let loaded = try Weights.load(path: folder.path)
        #expect(loaded.configuration == smallConfiguration)
        #expect(loaded.isTrained)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.name == URL(fileURLWithPath: folder.path).lastPathComponent)
        #expect(loaded.tensors.keys == written.tensors.keys)
        for (name, tensor) in written.tensors {
            #expect(loaded.tensors[name]?.shape == tensor.shape, "\(name)")
            #expect(loaded.tensors[name]?.floats == tensor.floats, "\(name)")
        }
    }

    /// Overwritten in place, cut off, gone: what was loaded stays, with the hash of those bytes.
    @Test func whatIsLoadedIsACopyWithItsHash() throws {
        let folder = try TemporaryFolder()
        var raw = try rawCheckpoint()
        raw.append(RawTensor("head", "X7", [3], bytes: [1, 2, 3]))
        raw[1].dtype = "BF16"
        raw[1].bytes = raw[1].bytes.enumerated().filter { $0.offset % 4 >= 2 }.map(\.element)
        let path = try folder.write(RawSafetensors.file(raw, shift: 3))
        let digest = try sha256sum(path)
        let loaded = try Weights.load(path: path)
        let before = loaded.tensors.mapValues(\.floats)
        #expect(loaded.sha256() == digest)
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: Data(repeating: 0x55, count: size))
        #expect(loaded.tensors.mapValues(\.floats) == before)
        try file.truncate(atOffset: 0)
        #expect(loaded.tensors.mapValues(\.floats) == before)
        #expect(loaded.sha256() == digest)
    }

    private func sha256sum(_ path: String) throws -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        process.arguments = ["--", path]
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: output.prefix(64), as: UTF8.self)
    }

    @Test func aFileLoadsUnderItsOwnName() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(RawSafetensors.file(rawCheckpoint()), "mine.safetensors")
        #expect(try Weights.load(path: path).name == "mine.safetensors")
    }

    @Test(arguments: ["F16", "BF16"])
    func narrowTensorsLoadAsFloat32(dtype: String) throws {
        let checkpoint = Weights.synthetic(seed: 4, configuration: smallConfiguration)
        let narrow = { (value: Float) -> UInt16 in
            dtype == "F16" ? Float16(value).bitPattern : UInt16(value.bitPattern >> 16)
        }
        let folder = try TemporaryFolder()
        let raw = try rawCheckpoint(seed: 4).map { tensor in
            let floats = try #require(checkpoint.tensors[tensor.name]).floats
            return RawTensor(tensor.name, dtype, tensor.shape, halves: floats.map(narrow))
        }
        let loaded = try Weights.load(path: folder.write(RawSafetensors.file(raw)))
        for (name, tensor) in checkpoint.tensors {
            // 11 and 8 significant bits; F16's subnormals are 2^-24 apart.
            let relative: Float = dtype == "F16" ? 0x1p-11 : 0x1p-7
            let actual = try #require(loaded.tensors[name]).floats
            let wrong = zip(actual, tensor.floats).filter {
                abs($0 - $1) > relative * abs($1) + 0x1p-24
            }
            #expect(wrong.isEmpty, "\(name)")
        }
    }

    @Test func tensorsOfSeveralDtypesLoadTogether() throws {
        let folder = try TemporaryFolder()
        var raw = try rawCheckpoint()
        raw[0].dtype = "BF16"
        raw[0].bytes = raw[0].bytes.enumerated().filter { $0.offset % 4 >= 2 }.map(\.element)
        // A tensor of odd length first: everything after it is misaligned.
        raw.insert(RawTensor("flag", "BOOL", [1], bytes: [1]), at: 0)
        let loaded = try Weights.load(path: folder.write(RawSafetensors.file(raw)))
        let expected = Weights.synthetic(seed: 5, configuration: smallConfiguration)
        #expect(loaded.normWeight.floats == expected.normWeight.floats)
        #expect(loaded.positions.floats == expected.positions.floats)
    }

    @Test func extraTensorsGiveOneWarning() throws {
        let folder = try TemporaryFolder()
        var raw = try rawCheckpoint()
        raw.append(RawTensor("head.weight", [2], [1, 2]))
        raw.append(RawTensor("steps", "I64", [1], bytes: [UInt8](repeating: 0, count: 8)))
        raw.append(RawTensor("encoder.layers.00.norm1.weight", "X7", [3], bytes: [1]))
        let loaded = try Weights.load(path: folder.write(RawSafetensors.file(raw)))
        #expect(loaded.warnings.count == 1)
        let warning = try #require(loaded.warnings.first)
        for name in ["head.weight", "steps", "encoder.layers.00.norm1.weight"] {
            #expect(warning.contains("\"\(name)\""))
        }
        #expect(loaded.configuration == smallConfiguration)
    }

    @Test func missingTensorsAreNamedAndCounted() throws {
        var raw = try rawCheckpoint()
        raw.removeAll { $0.name.hasPrefix("encoder.layers.0.") }
        try expectError(RawSafetensors.file(raw), "12 of 30 tensors are missing")
        try expectError(
            RawSafetensors.file(raw), "encoder.layers.0.self_attn.in_proj_weight", "and 8 more")
        raw = try rawCheckpoint().filter { $0.name != "norm.bias" }
        try expectError(RawSafetensors.file(raw), "1 of 30 tensors are missing (norm.bias)")
        try expectError(RawSafetensors.file([]), "18 of 18 tensors are missing", "cls_token")
    }

    @Test func aLayerFarAwayCostsNothing() throws {
        var raw = try rawCheckpoint()
        raw.append(RawTensor("encoder.layers.999999999999.norm1.bias", [1], [0]))
        try expectError(RawSafetensors.file(raw), "layer 999999999999 in a file of 31 tensors")
    }

    @Test(
        arguments: [
            ("cls_token", [64], "([64], expected [1, 1, D])"),
            ("cls_token", [1, 64, 1], "odd (cls_token gives 1)"),
            ("cls_token", [1, 1, 63], "odd (cls_token gives 63)"),
            ("cls_token", [1, 1, 128], "(shape [1, 126, 64], expected [1, 126, 128])"),
            ("cls_token", [2, 1, 64], "(shape [2, 1, 64], expected [1, 1, 64])"),
            ("cls_token", [1, 1, 0], "([1, 1, 0], expected"),
            ("cls_token", [0, 1, 1 << 61], "([0, 1, 2305843009213693952], expected"),
            ("cls_token", [1, 1, 1 << 17], "([1, 1, 131072], expected"),
            ("pos_embed", [1, 125, 64], "([1, 125, 64], expected [1, 126, D])"),
            ("pos_embed", [126, 64], "([126, 64], expected"),
            ("pos_embed", [1, 126, 32], "(shape [1, 126, 32], expected"),
            ("patch_embed.proj.weight", [64, 1, 16, 32], "expected [64, 1, 32, 16])"),
            ("patch_embed.proj.weight", [64, 512], "(shape [64, 512], expected"),
            ("norm.weight", [65], "(shape [65], expected [64])"),
            ("norm.bias", [], "(shape [], expected [64])"),
            ("encoder.layers.0.linear1.weight", [0, 64], "([0, 64], expected [F, D])"),
            ("encoder.layers.0.linear1.weight", [64, 96], "(shape [64, 96], expected [64, 64])"),
            ("encoder.layers.0.linear1.weight", [96], "([96], expected [F, D])"),
            ("encoder.layers.1.linear1.weight", [128, 64], "expected [96, 64])"),
            ("encoder.layers.1.self_attn.in_proj_weight", [64, 192], "expected [192, 64])"),
        ] as [(String, [Int], String)])
    func aShapeThatDoesNotFitIsAnError(name: String, shape: [Int], complaint: String) throws {
        let raw = try rawCheckpoint().map { tensor in
            guard tensor.name == name else { return tensor }
            let count = shape.reduce(1, *)
            return RawTensor(name, "F32", shape, bytes: [UInt8](repeating: 0, count: 4 * count))
        }
        try expectError(RawSafetensors.file(raw), complaint)
    }

    @Test(arguments: ["F64", "I32", "X7"])
    func aDtypeThatCannotBeUsedIsAnError(dtype: String) throws {
        let raw = try rawCheckpoint().map { tensor in
            guard tensor.name == "norm.bias" else { return tensor }
            let bytes = tensor.bytes + (dtype == "F64" ? tensor.bytes : [])
            return RawTensor(tensor.name, dtype, tensor.shape, bytes: bytes)
        }
        try expectError(RawSafetensors.file(raw), "\"norm.bias\"", "\"\(dtype)\"", "F16 or BF16")
    }

    @Test func aPathToNothingIsAnError() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path, folder.path + "/none"] {
            let error = #expect(throws: ModelError.self) { try Weights.load(path: path) }
            #expect(error?.file == path)
            #expect(error?.remedy.contains("model.safetensors") == true)
        }
    }

    /// Requires that a file is refused, with each of these in the error.
    private func expectError(_ bytes: [UInt8], _ complaints: String...) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes)
        let error = #expect(throws: ModelError.self) { try Weights.load(path: path) }
        let description = try #require(error).description
        for complaint in complaints {
            #expect(description.contains(complaint), "\(description)")
        }
    }
}
