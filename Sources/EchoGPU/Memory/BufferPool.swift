import EchoOpenCL

/// Device buffers kept for the next batch: allocating anew costs more than a kernel.
///
/// With guards, every buffer is followed by a band of known values, which tests check.
struct BufferPool {
    private static let guardByteCount = 256
    private static let guardValue: Float = -7.7e30
    private let guards: Bool
    private var free: [Buffer] = []
    private var guarded: [(buffer: Buffer, offset: Int)] = []

    init(guards: Bool) { self.guards = guards }

    /// The smallest free buffer of at least `byteCount` bytes and at most twice that, or a new one.
    mutating func take(
        _ byteCount: Int, _ context: Context, _ queue: Queue
    ) throws(OpenCLError) -> Buffer {
        if guards { return try makeGuarded(byteCount, context, queue) }
        let fitting = free.indices.filter {
            free[$0].byteCount >= byteCount && free[$0].byteCount <= 2 * byteCount
        }
        if let best = fitting.min(by: { free[$0].byteCount < free[$1].byteCount }) {
            return free.remove(at: best)
        }
        do {
            return try Buffer(context, byteCount: byteCount)
        } catch {
            // The memory that is kept may be just what is missing.
            guard !free.isEmpty else { throw error }
            free.removeAll()
            return try Buffer(context, byteCount: byteCount)
        }
    }

    mutating func put(_ buffer: Buffer) {
        if !guards { free.append(buffer) }
    }

    /// Forgets the buffers that are kept for later.
    mutating func purge() { free.removeAll() }

    private mutating func makeGuarded(
        _ byteCount: Int, _ context: Context, _ queue: Queue
    ) throws(OpenCLError) -> Buffer {
        let offset = (byteCount + 3) / 4 * 4
        let buffer = try Buffer(context, byteCount: offset + Self.guardByteCount)
        try queue.fill(
            buffer, offset: 0, byteCount: offset + Self.guardByteCount, with: Self.guardValue)
        // Another queue may use it next.
        try queue.finish()
        guarded.append((buffer, offset))
        return buffer
    }

    func damagedGuardCount(_ queue: Queue) throws -> Int {
        var count = 0
        for (buffer, offset) in guarded {
            var band = [Float](repeating: 0, count: Self.guardByteCount / 4)
            try band.withUnsafeMutableBytes { try queue.read(buffer, offset: offset, into: $0) }
            if band.contains(where: { $0 != Self.guardValue }) { count += 1 }
        }
        return count
    }
}
