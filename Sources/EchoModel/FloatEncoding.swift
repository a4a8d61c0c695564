/// How a safetensors file stores a tensor that can be used.
enum FloatEncoding: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    /// Converts values of 16 bits, at any address, to float32.
    ///
    /// - Parameter target: Twice as many bytes.
    func widen(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        let floats = target.bindMemory(to: Float.self)
        for index in floats.indices {
            let bits = UInt16(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
            floats[index] =
                self == .bfloat16
                ? Float(bitPattern: UInt32(bits) << 16) : Float(Float16(bitPattern: bits))
        }
    }
}
