import CEchoGPU
import EchoC
import EchoTestSupport

/// What the library says of a call that failed.
struct CError: Error, Equatable, CustomStringConvertible {
    let code: Int32
    let kind: String
    let text: String
    let index: Int64

    /// The calling thread's last error.
    static var last: CError {
        CError(
            code: echo_gpu_error_code(), kind: String(cString: echo_gpu_error_kind()),
            text: String(cString: echo_gpu_error_text()), index: echo_gpu_error_index())
    }

    static func check(_ status: Int32) throws(CError) {
        guard status != Int32(ECHO_GPU_OK) else { return }
        let error = last
        guard error.code == status else {
            throw CError(code: status, kind: "wrong code", text: "\(error)", index: -1)
        }
        throw error
    }

    var description: String { "\(code) \(kind) [\(index)]: \(text)" }
}

/// An encoder through the C functions, as a caller in another language has it.
// Sendable: any thread may use a handle, which is what the tests are about.
final class CEncoder: @unchecked Sendable {
    let handle: OpaquePointer

    /// What a signal gives.
    struct Output: Equatable {
        var utterance: [Float]
        var segments: [Float]
    }

    /// Told how far a call is; false stops it.
    final class Progress {
        var calls: [(done: Int64, total: Int64)] = []
        let goesOn: (Progress) -> Bool

        init(_ goesOn: @escaping (Progress) -> Bool = { _ in true }) { self.goesOn = goesOn }

        static let callback: echo_gpu_progress = { context, done, total in
            guard let context else { return 0 }
            let progress = Unmanaged<Progress>.fromOpaque(context).takeUnretainedValue()
            progress.calls.append((done, total))
            return progress.goesOn(progress) ? 0 : 1
        }
    }

    /// The model's file is there until it is open.
    convenience init(
        _ model: TestModel, device: String = "cpu", precision: String? = nil
    ) throws(CError) {
        defer { withExtendedLifetime(model) {} }
        try self.init(model.path, device: device, precision: precision)
    }

    init(_ model: String, device: String = "cpu", precision: String? = nil) throws(CError) {
        var handle: OpaquePointer?
        let status = device.withCString { device in
            withUnsafePointer(to: Optional(device)) { devices in
                echo_gpu_open(model, devices, 1, precision, nil, nil, &handle)
            }
        }
        try CError.check(status)
        guard let handle else {
            throw CError(code: 0, kind: "no handle", text: model, index: -1)
        }
        self.handle = handle
    }

    deinit { echo_gpu_close(handle) }

    func shape(_ count: Int, _ rate: Int) throws(CError) -> echo_gpu_shape {
        var shape = echo_gpu_shape()
        try CError.check(echo_gpu_shape_of_signal(handle, Int64(count), Int64(rate), &shape))
        return shape
    }

    /// Embeds signals; what is not asked for stays empty.
    func embed(
        _ signals: [(samples: [Float], rate: Int)], wantsUtterances: Bool = true,
        wantsSegments: Bool = true, batch: Int = 0, progress: Progress? = nil
    ) throws(CError) -> [Output] {
        let memory = Lent(signals.map(\.samples))
        let inputs = zip(memory.buffers, signals).map { buffer, signal in
            echo_gpu_signal(
                samples: buffer.baseAddress, count: Int64(buffer.count),
                sample_rate: Int64(signal.rate))
        }
        var shapes: [echo_gpu_shape] = []
        for signal in signals {
            // One that cannot be embedded has no shape; the call itself is to say so.
            shapes.append(
                (try? shape(signal.samples.count, signal.rate))
                    ?? echo_gpu_shape(width: 1, rows: 1, bands: 1, bins: 1, frames: 1))
        }
        let results = Results(
            shapes, wantsUtterances: wantsUtterances, wantsSegments: wantsSegments)
        let context = progress.map { Unmanaged.passUnretained($0).toOpaque() }
        try CError.check(
            echo_gpu_features_of_signals(
                handle, inputs, inputs.count, results.outputs, batch,
                progress == nil ? nil : Progress.callback, context))
        return results.values
    }

    func spectrogram(_ samples: [Float], _ rate: Int) throws(CError) -> (
        values: [Float], bins: Int, frames: Int
    ) {
        let shape = try shape(samples.count, rate)
        let memory = Lent([samples])
        var signal = echo_gpu_signal(
            samples: memory.buffers[0].baseAddress, count: Int64(samples.count),
            sample_rate: Int64(rate))
        var values = [Float](repeating: .nan, count: Int(shape.bins * shape.frames))
        try CError.check(echo_gpu_spectrogram_of_signal(handle, &signal, &values, nil, nil))
        return (values, Int(shape.bins), Int(shape.frames))
    }

    func embed(
        spectrograms: [(values: [Float], bins: Int, frames: Int, rate: Int)]
    ) throws(CError) -> [Output] {
        let memory = Lent(spectrograms.map(\.values))
        let inputs = zip(memory.buffers, spectrograms).map { buffer, spectrogram in
            echo_gpu_spectrogram(
                values: buffer.baseAddress, bins: Int64(spectrogram.bins),
                frames: Int64(spectrogram.frames), sample_rate: Int64(spectrogram.rate))
        }
        var shapes: [echo_gpu_shape] = []
        for spectrogram in spectrograms {
            var shape = echo_gpu_shape(width: 1, rows: 1, bands: 1, bins: 1, frames: 1)
            _ = echo_gpu_shape_of_spectrogram(
                handle, Int64(spectrogram.frames), Int64(spectrogram.rate), &shape)
            shapes.append(shape)
        }
        let results = Results(shapes, wantsUtterances: true, wantsSegments: true)
        try CError.check(
            echo_gpu_features_of_spectrograms(
                handle, inputs, inputs.count, results.outputs, 0, nil, nil))
        return results.values
    }
}

/// Copies of arrays in memory that goes away with them, as a caller's does after a call.
private final class Lent {
    let buffers: [UnsafeMutableBufferPointer<Float>]

    init(_ arrays: [[Float]]) {
        buffers = arrays.map { array in
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: array.count)
            _ = buffer.initialize(from: array)
            return buffer
        }
    }

    deinit {
        for buffer in buffers {
            // Whoever read it later would find that out.
            buffer.update(repeating: .nan)
            buffer.deallocate()
        }
    }
}

/// Memory for what signals give, NaN where nothing was written.
private final class Results {
    let outputs: [echo_gpu_output]
    private let utterances, segments: [UnsafeMutableBufferPointer<Float>?]

    init(_ shapes: [echo_gpu_shape], wantsUtterances: Bool, wantsSegments: Bool) {
        func memory(_ count: Int64) -> UnsafeMutableBufferPointer<Float> {
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: Int(count))
            buffer.initialize(repeating: .nan)
            return buffer
        }
        utterances = shapes.map { wantsUtterances ? memory($0.width) : nil }
        segments = shapes.map { wantsSegments ? memory($0.rows * $0.width) : nil }
        outputs = zip(utterances, segments).map {
            echo_gpu_output(utterance: $0?.baseAddress, segments: $1?.baseAddress)
        }
    }

    deinit {
        for buffer in utterances + segments { buffer?.deallocate() }
    }

    var values: [CEncoder.Output] {
        zip(utterances, segments).map {
            .init(utterance: $0.map(Array.init) ?? [], segments: $1.map(Array.init) ?? [])
        }
    }
}
