import CEchoGPU
import EchoExtract
import EchoSignal

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_spectrogram_of_signal(
    _ encoder: OpaquePointer?, _ signal: UnsafePointer<echo_gpu_signal>?,
    _ values: UnsafeMutablePointer<Float>?, _ progress: echo_gpu_progress?,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    status { () throws(Failure) in
        let echo = try OpenEncoders.encoder(encoder)
        guard let signal else { throw .usage("signal is null") }
        guard let values else { throw .usage("values is null; give a place for them") }
        let loan = MemoryLoan()
        defer { loan.end() }
        let (entry, shape) = try signal.pointee.lent(loan, to: echo, 0, of: 1)
        let count = shape.binCount * shape.frameCount
        do throws(MemoryFailure) {
            try echo.spectrogram(
                entry, into: UnsafeMutableBufferPointer(start: values, count: count)
            ) { Caller.goesOn(progress, context, done: $0, total: $1) }
        } catch {
            throw Failure(error)
        }
    }
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_features_of_spectrograms(
    _ encoder: OpaquePointer?, _ spectrograms: UnsafePointer<echo_gpu_spectrogram>?,
    _ count: Int, _ outputs: UnsafePointer<echo_gpu_output>?, _ batch: Int,
    _ progress: echo_gpu_progress?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    status { () throws(Failure) in
        let echo = try OpenEncoders.encoder(encoder)
        let spectrograms = try Caller.array(spectrograms, count, "spectrograms")
        let outputs = try Caller.array(outputs, count, "outputs")
        let loan = MemoryLoan()
        defer { loan.end() }
        var entries: [SpectrogramInputs.Entry] = []
        var places: [LentResults.Place] = []
        for index in 0..<count {
            let (entry, shape) = try spectrograms[index].lent(loan, to: echo, index, of: count)
            entries.append(entry)
            places.append(try outputs[index].place(shape, index))
        }
        do throws(MemoryFailure) {
            try echo.embed(
                SpectrogramInputs(entries), into: LentResults(places),
                batchSize: Caller.batchSize(batch)
            ) { Caller.goesOn(progress, context, done: $0, total: $1) }
        } catch {
            throw Failure(error)
        }
    }
}

extension echo_gpu_spectrogram {
    /// The spectrogram as it is lent, and what it will give.
    fileprivate func lent(
        _ loan: MemoryLoan, to echo: Echo, _ index: Int, of total: Int
    ) throws(Failure) -> (SpectrogramInputs.Entry, EmbeddingShape) {
        let name = MemoryName.spectrogram(index, of: total)
        let (count, overflows) = bins.multipliedReportingOverflow(by: frames)
        guard bins >= 0, frames >= 0, !overflows, count < Caller.floatLimit else {
            throw .usage("\(name): no memory holds [\(bins), \(frames)] values", index: index)
        }
        guard let values else { throw .usage("\(name): values is null", index: index) }
        let lent = UnsafeBufferPointer(start: values, count: Int(count))
        do throws(EchoError) {
            let entry = try echo.entry(
                .lent(lent, loan), bins: Int(bins), frames: Int(frames),
                sampleRate: Int(sample_rate), name: name)
            let shape = try echo.shape(frameCount: Int(frames), sampleRate: Int(sample_rate))
            return (entry, shape)
        } catch {
            throw Failure(error, index: index)
        }
    }
}
