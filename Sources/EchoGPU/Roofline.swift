import EchoOpenCL

/// What a device can do at most, measured on it: the two sides of its roofline.
package struct Roofline: Sendable {
    /// Fused multiply-adds in registers alone, in FLOP/s (2 for each).
    package let peakFlops: Double
    /// Bytes read and written a second by a copy too large for any cache.
    package let bandwidth: Double

    /// Measures `backend`'s device: a sustained peak, and the best of several copies.
    package init(of backend: GPUBackend) throws {
        peakFlops = try Self.measurePeak(backend)
        bandwidth = try Self.measureBandwidth(backend)
    }

    /// The most that a computation of this intensity can reach, in FLOP/s.
    package func limit(flops: Double, bytes: Double) -> Double {
        min(peakFlops, bytes > 0 ? flops / bytes * bandwidth : peakFlops)
    }

    /// The share of the roofline that a computation of so many seconds reaches. What stays in a cache
    /// passes the bandwidth of a copy: more than 1 is possible.
    package func share(flops: Double, bytes: Double, seconds: Double) -> Double {
        // Copies do no arithmetic: only their bytes count.
        let arithmetic = flops > 0 ? flops / seconds / limit(flops: flops, bytes: bytes) : 0
        return max(arithmetic, bytes / seconds / bandwidth)
    }

    /// Measures the peak alone, in FLOP/s: what the device sustains for `seconds`, since many run
    /// faster for a moment than they can for long.
    package static func measurePeak(
        _ backend: GPUBackend, seconds duration: Double = 0.5
    ) throws -> Double {
        let isSIMD = backend.family == .simd
        let (vector, sums) = sizes(backend)
        let kernel = try kernel("fma_peak_f32", on: backend)
        let items = backend.device.computeUnitCount * (isSIMD ? 256 : 2048)
        let output = try Buffer(backend.context, byteCount: items * 4)
        func measure(steps: Int) throws -> Double {
            try time(backend) {
                try backend.queue.enqueue(
                    kernel,
                    [.buffer(output), .float(0.999), .float(0.001), .int(Int32(steps))],
                    global: [items], local: [isSIMD ? 1 : 64])
            }
        }
        var steps = 100
        while try measure(steps: steps) < 0.02 { steps *= 2 }
        var (total, runs) = (0.0, 0)
        while total < duration {
            total += try measure(steps: steps)
            runs += 1
        }
        return Double(runs * items * steps * sums * vector * 2) / total
    }

    private static func measureBandwidth(_ backend: GPUBackend) throws -> Double {
        let vector = sizes(backend).vector
        let group = copyGroup(
            backend.family, largestGroup: backend.device.maximumWorkGroupSize)
        let groupByteCount = 4 * vector * group
        let limit = min(256 << 20, backend.device.maximumAllocationByteCount)
        let byteCount = limit / groupByteCount * groupByteCount
        let kernel = try kernel("copy_f32", on: backend)
        let input = try Buffer(backend.context, byteCount: byteCount)
        let output = try Buffer(backend.context, byteCount: byteCount)
        try backend.queue.fill(input, offset: 0, byteCount: byteCount, with: 1)
        var best = 0.0
        for _ in 0..<8 {
            let seconds = try time(backend) {
                try backend.queue.enqueue(
                    kernel, [.buffer(input), .buffer(output)],
                    global: [byteCount / 4 / vector], local: [group])
            }
            best = max(best, 2 * Double(byteCount) / seconds)
        }
        return best
    }

    /// Work-items of a copy's work-group. On GPUs one of 16 would be half a warp or a quarter of a
    /// wave, and the bandwidth would read far too low.
    package static func copyGroup(_ family: KernelFamily, largestGroup: Int) -> Int {
        min(family == .simd ? 16 : 256, largestGroup)
    }

    /// Floats of a vector, and vectors of the peak's sums: the device's own vectors, whichever the tuned
    /// kernels work in.
    private static func sizes(_ backend: GPUBackend) -> (vector: Int, sums: Int) {
        guard backend.family == .simd else { return (4, 16) }
        let native = Tiling(for: backend.device).vector
        return (native, native == 16 ? 24 : 12)
    }

    private static func kernel(_ name: String, on backend: GPUBackend) throws -> Kernel {
        let (vector, sums) = sizes(backend)
        return try backend.kernel(
            named: name, of: ["common", "roofline"],
            options: ["-DVECTOR=\(vector)", "-DPEAK_SUMS=\(sums)"])
    }

    private static func time(_ backend: GPUBackend, _ body: () throws -> Void) throws -> Double {
        try backend.queue.finish()
        let start = ContinuousClock.now
        try body()
        try backend.queue.finish()
        return (ContinuousClock.now - start) / .seconds(1)
    }
}
