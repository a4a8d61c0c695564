import CEchoGPU
import EchoC
import EchoTestSupport
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(20))) struct ThreadTests {
    @Test func manyThreadsShareAHandle() throws {
        let encoder = try CEncoder(TestModel())
        let expected = try encoder.embed(TestModel.mixture)
        let failures = Mutex<[String]>([])
        let group = DispatchGroup()
        for number in 0..<12 {
            group.enter()
            Thread.detachNewThread {
                defer { group.leave() }
                // Each asks for others, so that their batches differ.
                let chosen = TestModel.mixture.indices.filter { $0 % (1 + number % 3) == 0 }
                let signals = chosen.map { TestModel.mixture[$0] }
                for _ in 0..<5 {
                    let outputs = try? encoder.embed(signals, batch: 1 + number % 4)
                    if outputs != chosen.map({ expected[$0] }) {
                        failures.withLock { $0.append("thread \(number)") }
                    }
                }
            }
        }
        group.wait()
        #expect(failures.withLock { $0 } == [])
    }

    /// A call keeps what it works with: whoever closes its encoder takes nothing from it.
    @Test func closingDuringACall() throws {
        let model = try TestModel()
        let expected = try CEncoder(model).embed(TestModel.mixture)
        let encoder = try CEncoder(model)
        let progress = CEncoder.Progress { progress in
            if progress.calls.count == 1 { echo_gpu_close(encoder.handle) }
            return true
        }
        #expect(try encoder.embed(TestModel.mixture, progress: progress) == expected)
        #expect(throws: CError.self) { try encoder.embed(TestModel.mixture) }
    }

    /// It stops while the device has a batch, does not wait for that, and leaves the caller's memory alone:
    /// ``CEncoder`` gives it back at once.
    @Test func stoppingDoesNotWaitForTheDevice() throws {
        let encoder = try CEncoder("demo")
        // Two minutes of sound in one batch: seconds of work, ten times and more what a stop may take.
        let sound = ExtractFixtures.signal(seed: 1, sampleCount: 160_000, sampleRate: 16_000)
        let signals = Array(repeating: (sound, 16_000), count: 12)
        for call in [1, 2, 4] {
            let progress = CEncoder.Progress { $0.calls.count < call }
            let error = #expect(throws: CError.self) {
                try encoder.embed(signals, wantsSegments: false, progress: progress)
            }
            #expect(error?.code == Int32(ECHO_GPU_STOPPED) && error?.kind == "stopped")
            #expect(error?.index == -1)
            #expect(progress.calls.count == call, "told nothing after it was stopped")
            #expect(progress.calls.last?.done == 0, "no batch was waited for")
        }
        // The device is left in order.
        let short = Array(sound.prefix(1600))
        let alone = try encoder.embed([(short, 16_000)])
        #expect(try encoder.embed([(short, 16_000), (short, 16_000)]) == alone + alone)
    }

    @Test func stoppingASpectrogram() throws {
        let encoder = try CEncoder(TestModel())
        let sound = ExtractFixtures.signal(seed: 1, sampleCount: 1600, sampleRate: 16_000)
        var signal = sound.withUnsafeBufferPointer {
            echo_gpu_signal(samples: $0.baseAddress, count: 1600, sample_rate: 16_000)
        }
        var values = [Float](repeating: 0, count: 201 * 8)
        let progress = CEncoder.Progress { _ in false }
        let status = withExtendedLifetime(sound) {
            echo_gpu_spectrogram_of_signal(
                encoder.handle, &signal, &values, CEncoder.Progress.callback,
                Unmanaged.passUnretained(progress).toOpaque())
        }
        #expect(status == Int32(ECHO_GPU_STOPPED))
    }
}
