import CEchoGPU
import EchoC
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ErrorTests {
    private static let good = ([Float](repeating: 0.1, count: 800), 16_000)

    private func refusal(_ body: () throws -> Void) throws -> CError {
        let error = #expect(throws: CError.self) { try body() }
        return try #require(error)
    }

    @Test(arguments: [
        ([Float](repeating: 0.1, count: 399), 16_000, "399 samples are shorter"),
        ([], 16_000, "no samples"),
        ([Float](repeating: 0.1, count: 700) + [.nan], 16_000, "sample 700 of channel 0 is NaN"),
        ([Float](repeating: 0.1, count: 700) + [.infinity], 16_000, "infinite"),
        ([Float](repeating: 1e30, count: 800), 16_000, "beyond"),
        ([Float](repeating: 0.1, count: 800), 0, "0 Hz"),
        ([Float](repeating: 0.1, count: 800), -1, "-1 Hz"),
        ([Float](repeating: 0.1, count: 800), Int.max, "outside 100 to 10000000 Hz"),
    ])
    func badSignalsAreNamedByTheirIndex(
        samples: [Float], rate: Int, reason: String
    ) throws {
        let encoder = try CEncoder(TestModel())
        for (place, count) in [(0, 1), (2, 3), (1, 40)] {
            var signals = Array(repeating: Self.good, count: count)
            signals[place] = (samples, rate)
            let error = try refusal { _ = try encoder.embed(signals) }
            #expect(error.code == Int32(ECHO_GPU_DATA) && error.kind == "signal", "\(error)")
            #expect(error.index == Int64(place), "\(error)")
            #expect(error.text.contains(reason), "\(error)")
            #expect(error.text.contains(count == 1 ? "signal:" : "signal \(place) of the batch"))
        }
    }

    /// Threads look at signals in any order.
    @Test func ofSeveralBadSignalsTheFirstIsNamed() throws {
        let encoder = try CEncoder(TestModel())
        var signals = Array(repeating: Self.good, count: 64)
        // The first is the longest, so that the others are found sooner.
        signals[7].0 = [Float](repeating: 0.1, count: 1 << 21) + [.nan]
        for place in 8..<64 { signals[place].0[0] = .nan }
        for _ in 0..<5 {
            let error = try refusal { _ = try encoder.embed(signals) }
            #expect(error.index == 7, "\(error)")
        }
    }

    @Test func nullsAndCountsThatCannotBe() throws {
        let encoder = try CEncoder(TestModel())
        let samples: [Float] = Self.good.0
        var place: Float = 0
        samples.withUnsafeBufferPointer { samples in
            withUnsafeMutablePointer(to: &place) { place in
                func status(
                    _ pointer: UnsafePointer<Float>?, _ count: Int64, _ output: Bool = true,
                    rate: Int64 = 16_000
                ) -> Int32 {
                    let signal = echo_gpu_signal(
                        samples: pointer, count: count, sample_rate: rate)
                    let result = echo_gpu_output(
                        utterance: output ? place : nil, segments: nil)
                    return echo_gpu_features_of_signals(
                        encoder.handle, [signal], 1, [result], 0, nil, nil)
                }
                #expect(status(nil, 800) == Int32(ECHO_GPU_USAGE))
                #expect(CError.last.index == 0 && CError.last.text.contains("samples is null"))
                #expect(status(samples.baseAddress, -1) == Int32(ECHO_GPU_USAGE))
                #expect(status(samples.baseAddress, .max) == Int32(ECHO_GPU_USAGE))
                // At 100 Hz every sample is a frame: the most floats of output for one.
                #expect(status(samples.baseAddress, .max / 4, rate: 100) == Int32(ECHO_GPU_USAGE))
                #expect(status(samples.baseAddress, 800, false) == Int32(ECHO_GPU_USAGE))
                #expect(CError.last.text.contains("utterance and segments are null"))
            }
        }
        let usage = Int32(ECHO_GPU_USAGE)
        let handle = encoder.handle
        #expect(echo_gpu_features_of_signals(handle, nil, 1, nil, 0, nil, nil) == usage)
        #expect(echo_gpu_features_of_signals(handle, nil, -1, nil, 0, nil, nil) == usage)
        #expect(echo_gpu_features_of_signals(handle, nil, 0, nil, 65_537, nil, nil) == usage)
        #expect(echo_gpu_features_of_spectrograms(handle, nil, 1, nil, 0, nil, nil) == usage)
        #expect(echo_gpu_spectrogram_of_signal(handle, nil, nil, nil, nil) == usage)
        #expect(echo_gpu_shape_of_signal(handle, 800, 16_000, nil) == usage)
        #expect(echo_gpu_describe(handle, nil) == usage)
        #expect(echo_gpu_devices(nil) == usage)
        #expect(echo_gpu_open("demo", nil, 0, nil, nil, nil, nil) == usage)
        var opened: OpaquePointer?
        #expect(echo_gpu_open("demo", nil, 1, nil, nil, nil, &opened) == usage)
        #expect(echo_gpu_open("demo", nil, -1, nil, nil, nil, &opened) == usage && opened == nil)
        #expect(echo_gpu_command(1, nil) == usage)
        #expect(echo_gpu_command(-1, nil) == usage)
        echo_gpu_free(nil)
        echo_gpu_close(nil)
    }

    @Test func closedHandlesAndGarbage() throws {
        let (shape, closed): (UnsafeMutablePointer<echo_gpu_shape>, OpaquePointer)
        shape = .allocate(capacity: 1)
        defer { shape.deallocate() }
        do {
            let encoder = try CEncoder(TestModel())
            closed = encoder.handle
            #expect(echo_gpu_shape_of_signal(closed, 800, 16_000, shape) == 0)
        }
        let usage = Int32(ECHO_GPU_USAGE)
        #expect(echo_gpu_shape_of_signal(closed, 800, 16_000, shape) == usage)
        #expect(CError.last.text.contains("closed") && CError.last.kind == "usage")
        echo_gpu_close(closed)
        for garbage in [1, 8, 0xEC01, Int.max, -1] {
            let handle = OpaquePointer(bitPattern: garbage)
            #expect(echo_gpu_shape_of_signal(handle, 800, 16_000, shape) == usage)
            #expect(CError.last.text.contains("none that echo_gpu_open gave"))
            echo_gpu_close(handle)
        }
        #expect(echo_gpu_shape_of_signal(nil, 800, 16_000, shape) == usage)
    }

    @Test func whatCannotBeOpenedSaysWhy() throws {
        let model = try TestModel()
        let missing = try refusal { _ = try CEncoder("/no/such/folder") }
        #expect(missing.code == Int32(ECHO_GPU_MODEL) && missing.kind == "model", "\(missing)")
        let device = try refusal { _ = try CEncoder(model, device: "no such device") }
        #expect(device.code == Int32(ECHO_GPU_DEVICE) && device.kind == "device", "\(device)")
        let precision = try refusal { _ = try CEncoder(model, precision: "fp8") }
        #expect(precision.code == Int32(ECHO_GPU_USAGE), "\(precision)")
        #expect(precision.text.contains("fp32 or fp16"))
        let empty = try refusal { _ = try CEncoder("") }
        #expect(empty.code == Int32(ECHO_GPU_USAGE), "\(empty)")
    }

    @Test func spectrogramsThatDoNotFit() throws {
        let encoder = try CEncoder(TestModel())
        let values = [Float](repeating: 0, count: 201 * 4)
        let other = try refusal {
            _ = try encoder.embed(spectrograms: [
                (values, 201, 4, 16_000), (values, 201, 4, 48_000),
            ])
        }
        #expect(other.index == 1 && other.kind == "signal", "\(other)")
        #expect(other.text.contains("[601, frames]"), "\(other)")
        var infinite = values
        infinite[4 * 17 + 2] = .infinity
        let error = try refusal {
            _ = try encoder.embed(spectrograms: [(infinite, 201, 4, 16_000)])
        }
        #expect(error.index == 0 && error.text.contains("bin 17 in frame 2"), "\(error)")
    }

    @Test func errorsBelongToTheirThread() throws {
        let encoder = try CEncoder(TestModel())
        _ = try refusal { _ = try encoder.shape(10, 16_000) }
        let here = CError.last
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            #expect(echo_gpu_error_code() == 0 && String(cString: echo_gpu_error_text()) == "")
            #expect(echo_gpu_error_index() == -1)
            var shape = echo_gpu_shape()
            #expect(echo_gpu_shape_of_signal(nil, 0, 0, &shape) == Int32(ECHO_GPU_USAGE))
            #expect(CError.last.kind == "usage")
            ended.signal()
        }
        ended.wait()
        #expect(CError.last == here && here.kind == "signal")
        // What succeeds leaves the last error as it is.
        _ = try encoder.shape(800, 16_000)
        #expect(CError.last == here)
    }
}
