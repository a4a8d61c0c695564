import CEchoGPU
import EchoExtract
import EchoSignal

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_features_of_signals(
    _ encoder: OpaquePointer?, _ signals: UnsafePointer<echo_gpu_signal>?, _ count: Int,
    _ outputs: UnsafePointer<echo_gpu_output>?, _ batch: Int, _ progress: echo_gpu_progress?,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    status { () throws(Failure) in
        let echo = try OpenEncoders.encoder(encoder)
        let signals = try Caller.array(signals, count, "signals")
        let outputs = try Caller.array(outputs, count, "outputs")
        let loan = MemoryLoan()
        defer { loan.end() }
        var entries: [SignalInputs.Entry] = []
        var places: [LentResults.Place] = []
        for index in 0..<count {
            let (entry, shape) = try signals[index].lent(loan, to: echo, index, of: count)
            entries.append(entry)
            places.append(try outputs[index].place(shape, index))
        }
        do throws(MemoryFailure) {
            try echo.embed(
                SignalInputs(entries), into: LentResults(places),
                batchSize: Caller.batchSize(batch)
            ) { Caller.goesOn(progress, context, done: $0, total: $1) }
        } catch {
            throw Failure(error)
        }
    }
}

extension echo_gpu_signal {
    /// The signal as it is lent, and what it will give: looked at before anything is embedded.
    func lent(
        _ loan: MemoryLoan, to echo: Echo, _ index: Int, of total: Int
    ) throws(Failure) -> (SignalInputs.Entry, EmbeddingShape) {
        let name = MemoryName.signal(index, of: total)
        guard count >= 0, count < Caller.floatLimit else {
            throw .usage("\(name): no memory holds \(count) samples", index: index)
        }
        guard let samples else { throw .usage("\(name): samples is null", index: index) }
        let shape: EmbeddingShape
        do throws(EchoError) {
            shape = try echo.shape(
                sampleCount: Int(count), sampleRate: Int(sample_rate), name: name)
        } catch {
            throw Failure(error, index: index)
        }
        let lent = UnsafeBufferPointer(start: samples, count: Int(count))
        return (.init(.lent(lent, loan), sampleRate: Int(sample_rate)), shape)
    }
}

extension echo_gpu_output {
    /// Where embeddings of this shape go.
    func place(_ shape: EmbeddingShape, _ index: Int) throws(Failure) -> LentResults.Place {
        guard utterance != nil || segments != nil else {
            throw .usage(
                "outputs[\(index)]: utterance and segments are null; give a place for one of them",
                index: index)
        }
        return LentResults.Place(shape, utterance: utterance, segments: segments)
    }
}
