import EchoExtract
import EchoGPU
import EchoOpenCL
import EchoTestSupport
import EchoVerify
import Foundation
import Testing

/// What `tune` keeps, without trying any tiles.
@Suite(.timeLimit(.minutes(20))) struct DeviceTunerTests {
    private let folder: ScratchFolder
    private let store: TuningStore

    init() throws {
        folder = try ScratchFolder()
        store = TuningStore(directory: URL(filePath: folder["echo-gpu"]))
    }

    /// A tuning of `device` that came to other tiles than the defaults.
    private func tuning(_ device: Device, _ family: KernelFamily) -> Tuning {
        var tiling = Tiling(for: device)
        (tiling.blockRows, tiling.itemRows) = (32, 2)
        return Tuning(family: family, tiling: tiling)
    }

    @Test(arguments: TunedTilesTests.devices)
    func whatIsKeptIsWhatTheNextOpeningTakes(device: Device) throws {
        let tuner = try DeviceTuner(
            device: "\(device.platformIndex):\(device.deviceIndex)", store: store)
        let tuning = tuning(device, tuner.family)
        try tuner.keep(tuning)
        let backend = try GPUBackend(device, family: tuner.family, tuning: store)
        let choice = DeviceChoice(backend: backend, reason: "a test's")
        #expect(backend.tiling == tuning.tiling)
        #expect(choice.tilingReason?.contains("'echo-gpu tune' chose them") == true)
        #expect(choice.warning == nil)
        #expect(FileManager.default.fileExists(atPath: tuner.path))
        #expect(try tuner.reset())
        #expect(try !tuner.reset())
        #expect(!FileManager.default.fileExists(atPath: tuner.path))
    }

    @Test(arguments: TunedTilesTests.devices)
    func eachPrecisionHasAChoiceOfItsOwn(device: Device) throws {
        let tuner = try DeviceTuner(
            device: "\(device.platformIndex):\(device.deviceIndex)", precision: .fp16,
            store: store)
        #expect(tuner.family == .simt)
        try tuner.keep(tuning(device, .simt))
        let open = { try GPUBackend(device, family: .simt, tuning: store, storage: $0) }
        #expect(try open(.float16).isTuned)
        #expect(try !open(.float32).isTuned)
    }

    @Test(arguments: TunedTilesTests.devices)
    func aFolderThatCannotBeWrittenIsAnErrorThatNamesIt(device: Device) throws {
        try folder.text("echo-gpu", "a file where the folder should be")
        let tuner = try DeviceTuner(
            device: "\(device.platformIndex):\(device.deviceIndex)", store: store)
        let error = #expect(throws: EchoError.self) {
            try tuner.keep(tuning(device, tuner.family))
        }
        #expect(error?.kind == .write)
        #expect(error?.message.contains(tuner.path) == true)
        #expect(error?.message.contains("XDG_CACHE_HOME") == true)
    }

    @Test func theCPUPathHasNoTiles() {
        let error = #expect(throws: EchoError.self) {
            try DeviceTuner(device: "cpu", store: store)
        }
        #expect(error?.kind == .usage)
    }
}
