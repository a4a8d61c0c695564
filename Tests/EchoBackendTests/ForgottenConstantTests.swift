import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import Testing

/// Constants that a backend is told to forget: it lets go of them, and takes them anew where they come again.
@Suite(.timeLimit(.minutes(20))) struct ForgottenConstantTests {
    /// Memory of a matrix `[3, 5]`.
    private final class Memory: Sendable {
        static let type = TensorType([3, 5])
        // Sendable: written here alone.
        nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

        init() {
            bytes = .allocate(byteCount: Self.type.byteCount, alignment: 64)
            for (index, _) in bytes.bindMemory(to: Float.self).enumerated() {
                bytes.storeBytes(of: Float(index), toByteOffset: 4 * index, as: Float.self)
            }
        }

        deinit { bytes.deallocate() }

        var tensor: HostTensor {
            HostTensor(Self.type, over: UnsafeRawBufferPointer(bytes), owner: self)
        }
    }

    private static func product<B: Backend>(_ weight: HostTensor, on backend: B) throws -> [Float] {
        var graph = Graph()
        let input = graph.constant(HostTensor([2, 5]) { $0.update(repeating: 1) })
        let groups = graph.constant(HostTensor([Int32(0), 2], [2]))
        let bias = graph.constant(HostTensor([3]) { _ in })
        let product = try graph.add(
            MatMul(), [input, graph.constant(weight), bias, groups], label: "product")
        graph.output("y", product)
        let run = try Executor(backend, fallback: CPUBackend()).run(graph, inputs: [:])
        #expect(run.declined.isEmpty)
        return try #require(run.outputs["y"]).floats
    }

    private static func check<B: Backend>(_ backend: B) throws {
        weak let memory = try give(Memory(), to: backend)
        #expect(memory != nil, "the backend keeps what it was given")
        try forget(memory?.tensor, on: backend)
        #expect(memory == nil)
    }

    private static func give<B: Backend>(_ memory: Memory, to backend: B) throws -> Memory {
        #expect(try product(memory.tensor, on: backend) == [10, 35, 60, 10, 35, 60])
        return memory
    }

    private static func forget<B: Backend>(_ tensor: HostTensor?, on backend: B) throws {
        guard let tensor else { return }
        backend.forget(tensor)
        #expect(try product(tensor, on: backend) == [10, 35, 60, 10, 35, 60])
        backend.forget(tensor)
    }

    @Test func theCPUPathForgets() throws { try Self.check(CPUBackend()) }

    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func devicesForget(device: Device, family: KernelFamily) throws {
        try Self.check(GPUBackend(device, family: family))
    }
}
