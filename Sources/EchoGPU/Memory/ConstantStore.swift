import EchoOpenCL
import EchoTensor

/// The model's parts in device memory, sent once. Tensors are known by their identity, which holds as
/// long as they live.
struct ConstantStore {
    private struct StackKey: Hashable {
        let tensors: [ObjectIdentifier]
        let packing: StackPacking
    }

    private struct Key: Hashable {
        let tensor: ObjectIdentifier
        let packing: ConstantPacking
    }

    private let context: Context
    private var buffers: [Key: (tensor: HostTensor, buffer: Buffer)] = [:]
    private var stacks: [StackKey: (tensors: [HostTensor], buffer: Buffer)] = [:]
    private var halves: [ObjectIdentifier: (tensor: HostTensor, half: HostTensor)] = [:]

    init(_ context: Context) { self.context = context }

    /// A tensor in device memory, as `packing` lays it out.
    mutating func buffer(_ tensor: HostTensor, _ packing: ConstantPacking) throws -> Buffer {
        let key = Key(tensor: tensor.identity, packing: packing)
        if let known = buffers[key] { return known.buffer }
        let buffer = try packing.apply(to: tensor).withBytes { try Buffer(context, copying: $0) }
        buffers[key] = (tensor, buffer)
        return buffer
    }

    /// Tensors in one buffer of device memory, as `packing` lays them out.
    mutating func buffer(_ tensors: [HostTensor], _ packing: StackPacking) throws -> Buffer {
        let key = StackKey(tensors: tensors.map(\.identity), packing: packing)
        if let known = stacks[key] { return known.buffer }
        let buffer = try packing.apply(to: tensors).withBytes { try Buffer(context, copying: $0) }
        stacks[key] = (tensors, buffer)
        return buffer
    }

    /// Forgets all that was made of a tensor, and lets go of it; commands that are queued keep the memory.
    mutating func forget(_ tensor: HostTensor) {
        let identity = tensor.identity
        buffers = buffers.filter { $0.key.tensor != identity }
        stacks = stacks.filter { !$0.key.tensors.contains(identity) }
        if let half = halves.removeValue(forKey: identity)?.half { forget(half) }
    }

    /// A matrix as half; converted once.
    mutating func half(_ tensor: HostTensor) -> HostTensor {
        if let known = halves[tensor.identity] { return known.half }
        let half = tensor.stored(as: .float16)
        halves[tensor.identity] = (tensor, half)
        return half
    }
}
