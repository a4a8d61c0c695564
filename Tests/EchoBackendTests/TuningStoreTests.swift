import EchoGPU
import EchoOpenCL
import EchoTestSupport
import Foundation
import Testing

/// What `echo-gpu tune` keeps, and when it is used: real files, on the first device of each platform.
@Suite(.timeLimit(.minutes(20))) struct TuningStoreTests {
    private let folder: ScratchFolder
    private let store: TuningStore

    init() throws {
        folder = try ScratchFolder()
        store = TuningStore(directory: URL(filePath: folder.path).appending(path: "echo-gpu"))
    }

    /// Tiles that work and are not the defaults.
    private func otherTiles(_ device: Device) -> Tiling {
        var tiling = Tiling(for: device)
        (tiling.tileVectors, tiling.itemRows) = (2, 2)
        return tiling
    }

    private func open(_ device: Device, _ family: KernelFamily = .simd) throws -> GPUBackend {
        try GPUBackend(device, family: family, tuning: store)
    }

    /// Opens the device and expects the defaults, with a warning that says `reason` or without one.
    private func expectDefaults(_ device: Device, warning reason: String?) throws {
        let backend = try open(device)
        #expect(backend.tiling == Tiling(for: device) && !backend.isTuned)
        guard let reason else {
            #expect(backend.tuningWarning == nil)
            return
        }
        let warning = try #require(backend.tuningWarning)
        #expect(warning.contains(reason) && warning.contains("echo-gpu tune"), "\(warning)")
        #expect(warning.contains(try store.file(for: TuningKey(device, family: .simd)).path))
    }

    @Test(arguments: OperationTests.devices)
    func whatWasKeptIsUsedFromThenOn(device: Device) throws {
        try expectDefaults(device, warning: nil)
        let (key, other) = (try TuningKey(device, family: .simd), otherTiles(device))
        try store.keep(other, for: key)
        let backend = try open(device)
        #expect(backend.tiling == other && backend.isTuned && backend.tuningWarning == nil)
        #expect(backend.tilingDescription.hasPrefix("simd VECTOR="))
        #expect(backend.tilingDescription.contains("TILE_VECTORS=2"))
        #expect(try !open(device, .simt).isTuned, "the other family's tiles are its own")
        #expect(try store.remove(key))
        #expect(try !store.remove(key))
        try expectDefaults(device, warning: nil)
    }

    @Test(arguments: OperationTests.devices)
    func anOlderChoiceIsReplacedAndNothingElseLeftBehind(device: Device) throws {
        let key = try TuningKey(device, family: .simd)
        var tiling = otherTiles(device)
        try store.keep(tiling, for: key)
        tiling.tileRows = 2
        try store.keep(tiling, for: key)
        #expect(try open(device).tiling == tiling)
        #expect(try folder.contents().count == 2, "the folder echo-gpu and one file")
    }

    @Test(arguments: OperationTests.devices)
    func anotherDriversChoiceIsNotUsed(device: Device) throws {
        var key = try TuningKey(device, family: .simd)
        key.driver = "0.1"
        try store.keep(otherTiles(device), for: key)
        try expectDefaults(device, warning: "the driver was 0.1")
    }

    @Test(arguments: OperationTests.devices)
    func aChoiceForOtherKernelsIsNotUsed(device: Device) throws {
        var key = try TuningKey(device, family: .simd)
        key.kernels = "0123456789abcdef"
        try store.keep(otherTiles(device), for: key)
        try expectDefaults(device, warning: "the kernels have changed")
    }

    @Test(arguments: OperationTests.devices, ["", "{", "[1]", "\u{0}\u{FFFD}", #"{"key":{}}"#])
    func aDamagedFileIsNotUsed(device: Device, text: String) throws {
        let file = try store.file(for: TuningKey(device, family: .simd))
        try folder.text("echo-gpu/\(file.lastPathComponent)", text)
        try expectDefaults(device, warning: "damaged")
    }

    /// As a hand or a bit that fell over might leave them: none may reach the kernels' arithmetic.
    @Test(
        arguments: OperationTests.devices,
        [
            (\Tiling.vector, 5), (\.vector, 0), (\.tileRows, -8), (\.tileRows, 1024),
            (\.tileVectors, Int.max), (\.mixRows, 3), (\.blockRows, Int.min),
            (\.prefetchLevels, 3), (\.prefetchLevels, -1),
        ] as [(WritableKeyPath<Tiling, Int> & Sendable, Int)])
    func impossibleSizesAreNotUsed(
        device: Device, entry: (size: WritableKeyPath<Tiling, Int> & Sendable, value: Int)
    ) throws {
        var tiling = otherTiles(device)
        tiling[keyPath: entry.size] = entry.value
        try store.keep(tiling, for: try TuningKey(device, family: .simd))
        try expectDefaults(device, warning: "\(entry.value)")
    }

    @Test(arguments: OperationTests.devices)
    func aFolderThatCannotBeUsedIsNoObstacle(device: Device) throws {
        // The cache's place is a file: nothing below it can be read or made, even by root.
        try folder.text("echo-gpu", "not a folder")
        let backend = try open(device)
        #expect(backend.tiling == Tiling(for: device))
        #expect(throws: (any Error).self) {
            try store.keep(otherTiles(device), for: TuningKey(device, family: .simd))
        }
    }
}
