import EchoInvariant
import EchoTensor

/// The buffers of one run of a graph, as its plan says.
struct RunMemory<B: Backend> {
    private let graph: Graph
    private let plan: MemoryPlan
    private let backend: B
    private var buffers: [B.Buffer] = []

    init(_ graph: Graph, _ plan: MemoryPlan, _ backend: B) {
        (self.graph, self.plan, self.backend) = (graph, plan, backend)
    }

    /// Takes every buffer of the plan.
    mutating func allocate() throws {
        for (slot, byteCount) in plan.slotByteCounts.enumerated() {
            buffers.append(
                plan.exchangeSlots.contains(slot)
                    ? try backend.allocateExchange(byteCount: byteCount)
                    : try backend.allocate(byteCount: byteCount))
        }
    }

    /// Returns the buffers between nodes: what is queued later may have them.
    func releaseValues() {
        for (slot, buffer) in buffers.enumerated() where !plan.exchangeSlots.contains(slot) {
            backend.release(buffer)
        }
    }

    /// Returns the buffers of inputs and outputs.
    func releaseExchange() {
        for (slot, buffer) in buffers.enumerated() where plan.exchangeSlots.contains(slot) {
            backend.releaseExchange(buffer)
        }
    }

    /// A value as the backend's operations take it.
    func operand(_ value: Graph.Value) -> Operand<B.Buffer> {
        if case .constant(let tensor) = graph.sources[value.index] { return .constant(tensor) }
        guard let slot = plan.slots[value.index] else {
            invariantFailure("value \(value.index) was not planned")
        }
        return .value(buffers[slot], graph.type(of: value))
    }

    /// A copy of a value, waited for.
    func fetch(_ value: Graph.Value) throws -> HostTensor {
        switch operand(value) {
        case .constant(let tensor): tensor
        case .value(let buffer, let type): try backend.download(buffer, type: type)
        }
    }

    /// An output, once it is there.
    func receive(_ value: Graph.Value) throws -> PendingTensor {
        switch operand(value) {
        case .constant(let tensor): PendingTensor(tensor)
        case .value(let buffer, let type): try backend.receive(buffer, type: type)
        }
    }
}
