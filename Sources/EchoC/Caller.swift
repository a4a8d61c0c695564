import CEchoGPU
import EchoExtract

/// What a caller passed.
enum Caller {
    /// Floats that no memory holds: 2^45, the 128 TiB of addresses that a process of Linux has. Products of
    /// sizes below it are far from overflowing.
    static let floatLimit: Int64 = 1 << 45

    /// `count` elements.
    ///
    /// - Throws: ``Failure`` if no memory holds them, or they are null.
    static func array<Element>(
        _ start: UnsafePointer<Element>?, _ count: Int, _ name: String
    ) throws(Failure) -> UnsafeBufferPointer<Element> {
        guard count >= 0, count <= Int.max / MemoryLayout<Element>.stride else {
            throw .usage(
                "\(name): a count of \(UInt(bitPattern: count)) is beyond what memory holds")
        }
        guard start != nil || count == 0 else { throw .usage("\(name) is null") }
        return UnsafeBufferPointer(start: start, count: count)
    }

    /// Segments that go to the device together.
    static func batchSize(_ batch: Int) -> Int { batch == 0 ? Echo.defaultBatchSize : batch }

    /// Tells the caller how far its call is; false if it wants no more.
    static func goesOn(
        _ progress: echo_gpu_progress?, _ context: UnsafeMutableRawPointer?, done: Int, total: Int
    ) -> Bool {
        progress.map { $0(context, Int64(done), Int64(total)) == 0 } ?? true
    }
}
