import EchoTensor
import Glibc

/// Memory for all tensors of a checkpoint, one behind the other, each aligned to 64 bytes.
final class WeightMemory: Sendable {
    // Unsafe, and sound: written while a checkpoint is read, by the one who made it, and only read from
    // then on; freed only in deinit, and a tensor over it keeps the object.
    nonisolated(unsafe) private let start: UnsafeMutableRawPointer
    private let byteCount: Int

    private static let alignment = 64

    /// Bytes that a tensor takes up here.
    static func footprint(of type: TensorType) -> Int {
        (type.byteCount + alignment - 1) / alignment * alignment
    }

    /// - Throws: ``ModelError`` if the system has not that much.
    init(byteCount: Int, for path: String) throws(ModelError) {
        var memory: UnsafeMutableRawPointer?
        let code = posix_memalign(&memory, Self.alignment, max(byteCount, 1))
        guard code == 0, let memory else {
            throw ModelError(
                file: path, what: "there is not enough memory for its weights",
                values: "\(byteCount) bytes", remedy: "Raise the limit, or use a smaller model.",
                isOfSystem: true)
        }
        (start, self.byteCount) = (memory, byteCount)
    }

    deinit { free(start) }

    /// The bytes of a tensor from `offset`, to be filled.
    func bytes(_ type: TensorType, at offset: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: start + offset, count: type.byteCount)
    }

    /// The tensor from `offset`, once it is filled.
    func tensor(_ type: TensorType, at offset: Int) -> HostTensor {
        HostTensor(type, over: UnsafeRawBufferPointer(bytes(type, at: offset)), owner: self)
    }
}
