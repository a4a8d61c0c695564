import EchoTestSupport
import Foundation
import Testing

/// Matrix units as users meet them: `ECHO_MATRIX`, the probe, the first use, what `devices` says. Emulated: no test machine
/// has one.
@Suite(.serialized, .timeLimit(.minutes(20))) struct MatrixUnitTests {
    private static let kernels = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Kernels").standardized

    private let place: Workplace
    private let environment: [String: String]

    init() throws {
        place = try Workplace()
        environment = place.cacheOfItsOwn
    }

    private func run(
        _ arguments: [String], _ more: [String: String] = [:]
    ) throws -> EchoGPUProcess {
        try EchoGPUProcess(arguments, environment: environment.merging(more) { $1 })
    }

    /// `extract --verbose` of a short recording on the best OpenCL device.
    private func extract(
        _ unit: String?, into out: String, _ more: [String: String] = [:], name: String = "a.wav"
    ) throws -> EchoGPUProcess {
        try run(
            [
                "extract", "--verbose", "--model", place.model, "--output", place.folder[out],
                place.recording(name),
            ], unit.map { more.merging(["ECHO_MATRIX": $0]) { $1 } } ?? more)
    }

    private func verdicts() throws -> [String] {
        guard FileManager.default.fileExists(atPath: place.folder["cache"]) else { return [] }
        return try place.folder.files(in: "cache").filter { $0.contains("matrix-") }
    }

    /// The first device's `matrix` in `devices --json`.
    private func matrix(_ more: [String: String]) throws -> [String: Any] {
        let platforms = try run(["devices", "--json"], more).json()["platforms"]
        let devices = (platforms as? [[String: Any]])?.compactMap {
            $0["devices"] as? [[String: Any]]
        }
        return try #require(devices?.joined().first?["matrix"] as? [String: Any])
    }

    private static func hasDevice() throws -> Bool {
        try EchoGPUProcess(["devices"]).standardOutput.contains("0:0")
    }

    /// Whether there is a device that compiles the whole encoder on an emulated unit: pocl had not after ten minutes, Intel's
    /// runtime for CPUs has (`make test-all`).
    private static func compilesEmulatedEncoders() throws -> Bool {
        let list = try EchoGPUProcess(["devices"]).standardOutput
        return list.contains("0:0") && !list.contains("Portable Computing Language")
    }

    /// The unit is named, probed, checked at its first use, shown, and recorded with the embeddings.
    @Test func aUnitThatIsAskedForIsCheckedAndUsed() throws {
        guard try Self.compilesEmulatedEncoders() else { return }
        let first = try extract("emulated-nvidia", into: "out")
        #expect(first.status == 0, "\(first.standardError)")
        #expect(first.standardError.contains("Kernels: simt, matrix unit emulated-nvidia"))
        #expect(first.standardError.contains("ECHO_MATRIX=emulated-nvidia, its probe is right"))
        #expect(first.standardError.contains("checked now"), "\(first.standardError)")
        #expect(first.standardError.contains("Tiles: simt emulated-nvidia "))
        #expect(try verdicts().count == 1)
        let second = try extract("emulated-nvidia", into: "again")
        #expect(second.standardError.contains("kept in"), "\(second.standardError)")

        let shown = try matrix(["ECHO_MATRIX": "emulated-nvidia"])
        #expect(shown["unit"] as? String == "emulated-nvidia")
        let kept = try #require((shown["verdicts"] as? [[String: Any]])?.first)
        #expect(kept["is_right"] as? Bool == true && kept["precision"] as? String == "fp32")
        let text = try run(["devices"]).standardOutput
        #expect(text.contains("emulated-nvidia, fp32, width 64, 2 layers"), "\(text)")
    }

    /// A folder that was begun with a unit says so, and a run without it that it is another.
    @Test func anArchiveTellsWhichKernelsMadeIt() throws {
        guard try Self.compilesEmulatedEncoders() else { return }
        _ = try extract("emulated-cdna", into: "out")
        let record = try String(contentsOfFile: place.folder["out/run.json"], encoding: .utf8)
        #expect(record.contains("simt emulated-cdna "), "\(record)")
        let other = try extract("off", into: "out", ["ECHO_KERNELS": "simt"], name: "b.wav")
        #expect(other.status == 0)
        #expect(other.standardOutput.contains("tiles was"), "\(other.standardOutput)")
        #expect(other.standardError.contains("matrix unit none (ECHO_MATRIX=off)"))
    }

    /// A mistake in a fragment is found by the probe: a layout, operands, an exchange between lanes.
    @Test(arguments: [
        ("fragment_nvidia", "emulated-nvidia", "LANE / 4 + 8 *", "LANE / 4 + 7 *"),
        (
            "fragment_nvidia", "emulated-nvidia", "(n) / 8 * 2 + (k) / 8) * 2",
            "(k) / 8 * 2 + (n) / 8) * 2"
        ),
        ("fragment_nvidia", "emulated-nvidia", "#define ACROSS_END 4", "#define ACROSS_END 2"),
        (
            "fragment_cdna", "emulated-cdna", "(((k) / 4 * 16 + (n)) * 4 + (k) % 4)",
            "(((n) / 4 * 16 + (k)) * 4 + (n) % 4)"
        ),
        (
            "fragment_emulated", "emulated-rdna3",
            "fma(a[LEFT_PLACE(SUM_ROW(i), k)], b[RIGHT_PLACE(k, SUM_COLUMN(i))], sum)",
            "fma(b[LEFT_PLACE(SUM_ROW(i), k)], a[RIGHT_PLACE(k, SUM_COLUMN(i))], sum)"
        ),
        (
            "fragment_emulated", "emulated-xmx8", "sums->v[i] += a[LEFT_PLACE",
            "sums->v[i] = a[LEFT_PLACE"
        ),
        ("fragment_emulated", "emulated-rdna4", "a[LANE ^ distance]", "a[LANE]"),
    ])
    func aBrokenUnitIsRefused(mutation: (file: String, unit: String, right: String, wrong: String))
        throws
    {
        guard try Self.hasDevice() else { return }
        let source = try String(
            contentsOf: Self.kernels.appending(path: "\(mutation.file).cl"), encoding: .utf8)
        try #require(source.contains(mutation.right))
        try place.folder.text(
            "kernels/\(mutation.file).cl", source.replacing(mutation.right, with: mutation.wrong))
        let broken = [
            "ECHO_KERNEL_DIR": place.folder["kernels"], "ECHO_MATRIX": mutation.unit,
        ]
        let shown = try matrix(broken)
        #expect(shown["unit"] == nil)
        let reason = shown["reason"] as? String ?? ""
        #expect(reason.contains("numbers are wrong") && reason.contains(mutation.unit), "\(reason)")
    }

    /// A driver that refuses NVIDIA's copies takes plain ones: the unit stays, with the reason.
    @Test func copiesThatAreRefusedArePlain() throws {
        guard try Self.hasDevice() else { return }
        let source = try String(
            contentsOf: Self.kernels.appending(path: "stream.cl"), encoding: .utf8)
        try place.folder.text(
            "kernels/stream.cl", "#ifndef PLAIN_COPIES\n#error no such copy\n#endif\n\(source)")
        let shown = try matrix([
            "ECHO_KERNEL_DIR": place.folder["kernels"], "ECHO_MATRIX": "emulated-nvidia",
        ])
        #expect(shown["unit"] as? String == "emulated-nvidia")
        let reason = shown["reason"] as? String ?? ""
        #expect(reason.contains("plain copies") && reason.contains("no such copy"), "\(reason)")
    }

    /// Weights that come to the wrong place are found by the probe.
    @Test func aBrokenStreamIsRefused() throws {
        guard try Self.hasDevice() else { return }
        let source = try String(
            contentsOf: Self.kernels.appending(path: "stream.cl"), encoding: .utf8)
        let right = "stream->place = (stream->place + 1) % RING"
        try #require(source.contains(right))
        try place.folder.text(
            "kernels/stream.cl", source.replacing(right, with: "stream->place = 0"))
        let shown = try matrix([
            "ECHO_KERNEL_DIR": place.folder["kernels"], "ECHO_MATRIX": "emulated-cdna",
        ])
        #expect(shown["unit"] == nil)
        #expect((shown["reason"] as? String)?.contains("of the weights") == true, "\(shown)")
    }

    /// One that was named is never replaced in silence; what does not compile is refused with the compiler's words.
    @Test func aNamedUnitThatIsRefusedIsAnError() throws {
        guard try Self.hasDevice() else { return }
        try place.folder.text("kernels/fragment_nvidia.cl", "#error no such instruction")
        let result = try extract(
            "emulated-nvidia", into: "out", ["ECHO_KERNEL_DIR": place.folder["kernels"]])
        #expect(result.status == 69)
        #expect(result.standardError.contains("no such instruction"), "\(result.standardError)")
        #expect(result.standardError.contains("Unset ECHO_MATRIX"))
        #expect(!FileManager.default.fileExists(atPath: place.folder["out/a.wav.utterance.npy"]))
    }

    /// Kernels that pass the probe and lose the last bits of single precision: the first use finds them.
    @Test func wrongKernelsAreFoundAtTheirFirstUse() throws {
        guard try Self.compilesEmulatedEncoders() else { return }
        let file = Self.kernels.appending(path: "product_matrix.cl")
        let source = try String(contentsOf: file, encoding: .utf8)
        let right = "(float4)(1.0f / 2048.0f)"
        try #require(source.contains(right))
        try place.folder.text(
            "kernels/product_matrix.cl",
            source.replacing(right, with: "(float4)(1.0f / 1024.0f)"))
        let result = try extract(
            "emulated-rdna3", into: "out", ["ECHO_KERNEL_DIR": place.folder["kernels"]])
        #expect(result.status == 69, "\(result.standardError)")
        #expect(result.standardError.contains("encoder."), "\(result.standardError)")
        #expect(try verdicts().count == 1)
    }

    @Test(arguments: [
        ("nvida", "nvidia"), ("emulated-nvida", "emulated-nvidia"), ("of", "off"),
        ("rdna5", "rdna3"), ("tensor-core", nil),
    ])
    func namesThatAreNoUnit(name: String, near: String?) throws {
        let result = try run(["devices"], ["ECHO_MATRIX": name])
        #expect(result.status == 64)
        #expect(result.standardError.contains("ECHO_MATRIX=\(name): no such matrix unit"))
        #expect(result.standardError.contains("Did you mean") == (near != nil))
        if let near { #expect(result.standardError.contains("Did you mean \(near)?")) }
    }

    @Test func theKernelsForCPUDevicesHaveNoUnits() throws {
        let result = try run(
            ["devices"], ["ECHO_MATRIX": "emulated-nvidia", "ECHO_KERNELS": "simd"])
        #expect(result.status == 64)
        #expect(result.standardError.contains("Unset one of them"), "\(result.standardError)")
        let off = try run(["devices"], ["ECHO_MATRIX": "off", "ECHO_KERNELS": "simd"])
        #expect(off.status == 0)
    }

    /// Where a unit is named, a machine without it says so; the CPU path has no part in it.
    @Test func aUnitThatTheDeviceHasNot() throws {
        guard try matrix([:])["reason"] as? String == "the kernels for CPU devices use none" else {
            return
        }
        let shown = try matrix(["ECHO_MATRIX": "nvidia"])
        #expect(shown["unit"] == nil)
        #expect((shown["reason"] as? String)?.contains("emulated-nvidia computes the same") == true)
        #expect(try extract("nvidia", into: "out").status == 69)
    }
}
