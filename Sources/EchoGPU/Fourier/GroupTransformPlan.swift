import EchoOpenCL
import EchoTensor

/// The transform of a window length on a device: its tables in device memory, how many frames a
/// work-group takes at once, and the constants that the kernel is compiled with.
struct GroupTransformPlan {
    let transform: GroupTransform
    let shape: GroupTransformShape
    private let tables: [GPUBackend.Buffer]

    init(windowLength: Int, on backend: GPUBackend) throws {
        transform = GroupTransform(windowLength: windowLength)
        shape = GroupTransformShape(
            transform, items: backend.tiling.patchGroup, localLimit: backend.usableLocalByteCount)
        func buffer(_ values: [Float]) throws -> GPUBackend.Buffer {
            try backend.makeBuffer(HostTensor(values, [values.count]))
        }
        tables = [
            try buffer(transform.window), try buffer(transform.twiddles),
            try buffer(transform.roots),
            try backend.makeBuffer(HostTensor(transform.places, [transform.places.count])),
            try buffer(transform.split), try buffer(transform.chirp), try buffer(transform.filter),
        ]
    }

    /// Its tables, in the order of the kernel's parameters: window, twiddles, roots, places, split,
    /// chirp, filter.
    var arguments: [KernelArgument] { tables.map { .buffer($0) } }

    /// Macros of fft_group.cl and stft.cl.
    func options(hop: Int) -> [String] {
        let space = shape.isLocal ? "local" : "global"
        let constants = [
            ("WINDOW", transform.windowLength), ("HOP", hop), ("PERIOD", transform.period),
            ("IS_CONVOLUTION", transform.isConvolution ? 1 : 0), ("LENGTH", transform.length),
            ("PASSES", transform.radices.count),
            ("LAST_RADIX", transform.radices[transform.radices.count - 1]),
            ("FRAMES", shape.frames),
        ]
        return constants.map { "-D\($0.0)=\($0.1)" }
            + transform.radices.enumerated().map { "-DRADIX_\($0.offset)=\($0.element)" }
            + [
                "-DSCRATCH=__\(space)", "-DFENCE=CLK_\(space.uppercased())_MEM_FENCE",
                "-DSCRATCH_OFFSET(n)=\(shape.isLocal ? "0" : "get_group_id(0)*(n)")",
            ]
    }
}

/// How many frames of a transform lie side by side, and where.
package struct GroupTransformShape: Equatable {
    /// Local memory that leaves room for two work-groups on a compute unit of 64 KiB, as AMD's and
    /// Intel's have.
    private static let fairByteCount = 32 << 10

    /// FRAMES: 1, 2, 4, 8 or 16 (a patch).
    package let frames: Int
    /// Whether local memory holds them; else they are in global memory, one at a time.
    package let isLocal: Bool
    /// What a work-group takes of it.
    package let byteCount: Int

    /// As many frames as fit half of a compute unit's local memory; where work-items of the longest
    /// butterflies' pass would then have none, as many as may be taken at all.
    package init(_ transform: GroupTransform, items: Int, localLimit: Int) {
        func byteCount(_ frames: Int) -> Int { 8 * transform.length * (frames == 16 ? 17 : frames) }
        func most(within limit: Int) -> Int? {
            [16, 8, 4, 2, 1].first { byteCount($0) <= limit }
        }
        let butterflies = transform.length / (transform.radices.max() ?? 1)
        let fair = most(within: min(Self.fairByteCount, localLimit)).flatMap {
            $0 * butterflies >= items ? $0 : nil
        }
        let chosen = fair ?? most(within: localLimit)
        (frames, isLocal) = (chosen ?? 1, chosen != nil)
        self.byteCount = byteCount(frames)
    }
}
