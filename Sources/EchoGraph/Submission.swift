import EchoTensor

/// A run that a backend was given and may still be at.
package struct Submission {
    /// Labels of the nodes that run on the fallback, each with the primary's reason.
    package let declined: [(label: String, reason: String)]
    /// Bytes of the plan's buffers.
    package let peakByteCount: Int
    /// Bytes that the values would take without reuse.
    package let totalByteCount: Int
    let outputs: [(name: String, value: PendingTensor)]
    /// Gives back the memory that the host shares.
    let release: () -> Void

    /// Waits for the graph's outputs, by name; any thread may.
    ///
    /// - Throws: What the backend throws if the run failed after it was submitted.
    package func wait() throws -> [String: HostTensor] {
        var values: [String: HostTensor] = [:]
        for output in outputs { values[output.name] = try output.value.wait() }
        return values
    }
}
