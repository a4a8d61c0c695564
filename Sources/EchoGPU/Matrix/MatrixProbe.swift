import EchoOpenCL
import EchoTensor
import FoundationEssentials

/// Small products on a matrix unit, compared with what they are: probe.cl.
///
/// It shows that the device's compiler takes the unit's instructions and that operands and sums lie in the lanes where the
/// fragments have them. Whole kernels are checked by whoever opens the device (``MatrixVerdict``).
package struct MatrixProbe {
    /// PROBE_WARPS.
    private static let warps = 2
    /// PROBE_STAGES; STAGE_TILES and RING of stream.cl.
    private static let (stages, stageTiles, ring) = (3, 2, 2)
    /// Seeds of the warps' operands: in their products no two rows or columns are alike.
    private static let seeds: [UInt64] = [1, 11]

    let unit: MatrixUnit

    /// A context of the device, its kernels, and which unit is to be used after the probe.
    struct Opening {
        let context: Context
        var kernels: KernelStore
        var use: MatrixUse
    }

    /// Opens the device and probes the unit, if one is to be used.
    ///
    /// - Throws: `OpenCLError` if the device cannot be opened, ``GPUError/unit(_:device:problem:)`` if the unit
    ///   was asked for by name and is refused.
    static func open(
        _ device: Device, _ source: KernelSource, _ use: MatrixUse
    ) throws -> Opening {
        func opened(_ use: MatrixUse) throws -> Opening {
            let context = try Context(device)
            return Opening(context: context, kernels: KernelStore(context, source), use: use)
        }
        guard let unit = use.unit else { return try opened(use) }
        var problems: [String] = []
        for form in unit.forms {
            // In a context of its own: what fails may take one with it.
            var opening = try opened(use)
            if let problem = MatrixProbe(unit: form).problem(&opening.kernels, opening.context) {
                problems.append(problem)
            } else {
                opening.use = use.probed(form, after: problems.first)
                return opening
            }
        }
        guard !use.isAskedFor else {
            throw GPUError.unit(unit, device: device.label, problem: problems[0])
        }
        return try opened(use.refused(problems[0]))
    }

    /// What is wrong with the unit; nil if it can be trusted.
    private func problem(_ kernels: inout KernelStore, _ context: Context) -> String? {
        if context.device.kind == .cpu, !unit.isEmulated {
            return "CPU devices have no such unit; emulated-\(unit.name) computes the same on them"
        }
        do {
            let results = try run(&kernels, context)
            return try Self.difference(results, unit) ?? streamProblem(&kernels, context)
        } catch {
            return "its probe does not run: \(error)"
        }
    }

    /// The kernel's output.
    private func run(_ kernels: inout KernelStore, _ context: Context) throws -> [Float] {
        let kernel = try kernel("probe_matrix_f16", &kernels)
        let operands = Self.seeds.map(Operands.init)
        let (tile, side) = (MatrixUnit.tileHalves, [unit.lanes, Self.warps])
        let output = try Buffer(
            context, byteCount: 4 * tile * Self.warps * Result.allCases.count)
        let arguments: [KernelArgument] = [
            .buffer(
                try Self.buffer(
                    context, operands.flatMap { $0.left.flatMap(\.self).map(Self.half) })),
            .buffer(try Self.buffer(context, operands.flatMap { packed($0.right) })),
            .buffer(try Self.buffer(context, operands.flatMap { packed($0.next) })),
            .buffer(try Buffer(context, byteCount: 2 * tile * Self.warps)), .buffer(output),
        ]
        let queue = try Queue(context)
        try queue.enqueue(
            kernel, arguments + unit.exchange(warps: Self.warps), global: side, local: side)
        var results = [Float](repeating: .nan, count: output.byteCount / 4)
        try results.withUnsafeMutableBytes { try queue.read(output, into: $0) }
        return results
    }

    private func kernel(_ name: String, _ kernels: inout KernelStore) throws -> Kernel {
        let sizes = ["-DWARPS=\(Self.warps)", "-DSTAGE_TILES=\(Self.stageTiles)"]
        return try kernels.kernel(
            named: name,
            of: ["common"] + unit.files + ["stream", "attend_fragments", "probe"],
            options: ["-DFAMILY_MATRIX"] + sizes + unit.options)
    }

    /// What is wrong with weights that come through local memory, and with values that are stored there; nil
    /// if nothing is.
    private func streamProblem(
        _ kernels: inout KernelStore, _ context: Context
    ) throws -> String? {
        let kernel = try kernel("probe_stream", &kernels)
        let (tile, items) = (MatrixUnit.tileHalves, unit.lanes * Self.warps)
        let stageHalves = Self.stageTiles * tile
        let halves = (0..<(Self.stages + Self.ring) * stageHalves).map { UInt16($0) }
        let operands = Self.seeds.map(Operands.init)
        let left = operands.flatMap { $0.left.flatMap(\.self).map(Self.half) }
        // Operands that several lanes hold come from each of them.
        let copies = unit.layout == .rdna3 ? 2 : 1
        let count = Self.stages * stageHalves * Self.warps * copies
        let output = try Buffer(context, byteCount: 2 * count)
        let values = try Buffer(context, byteCount: 2 * tile * Self.warps)
        let queue = try Queue(context)
        try queue.enqueue(
            kernel,
            [
                .buffer(try Self.buffer(context, halves)), .buffer(try Self.buffer(context, left)),
                .buffer(output),
                .buffer(values), .local(byteCount: 2 * Self.ring * stageHalves),
                .local(byteCount: 2 * tile * Self.warps),
            ] + unit.exchange(warps: Self.warps), global: [unit.lanes, Self.warps],
            local: [unit.lanes, Self.warps])
        var streamed = [UInt16](repeating: 0, count: count)
        try streamed.withUnsafeMutableBytes { try queue.read(output, into: $0) }
        var stored = [UInt16](repeating: 0, count: tile * Self.warps)
        try stored.withUnsafeMutableBytes { try queue.read(values, into: $0) }
        let operandHalves = count / (Self.stages * Self.stageTiles * items)
        for (index, half) in streamed.enumerated() {
            let (operand, part) = (index / operandHalves, index % operandHalves)
            let lane = operand % unit.lanes % (unit.lanes / copies)
            let expected = operand / items * tile + lane * operandHalves + part
            guard half == UInt16(expected) else {
                return "its probe gives half \(half) of the weights where \(expected) should come"
            }
        }
        return stored == operands.flatMap { packed($0.left) }
            ? nil : "its probe stores values in wrong places"
    }

    /// A right operand as the host packs weights.
    private func packed(_ matrix: Operands.Matrix) -> [UInt16] {
        var tile = [UInt16](repeating: 0, count: MatrixUnit.tileHalves)
        for k in 0..<MatrixUnit.side {
            for n in 0..<MatrixUnit.side {
                tile[unit.rightPlace(k: k, n: n)] = Self.half(matrix[k][n])
            }
        }
        return tile
    }

    private static func buffer(_ context: Context, _ halves: [UInt16]) throws -> Buffer {
        try halves.withUnsafeBytes { try Buffer(context, copying: $0) }
    }

    private static func half(_ value: Int) -> UInt16 { Float16(value).bitPattern }
}

extension MatrixUse {
    /// What a device comes to as this process would open it: which unit, probed, or why none.
    ///
    /// - Throws: ``SettingError`` if a setting is wrong, ``GPUError`` and `OpenCLError` as
    ///   ``GPUBackend/init(_:family:tiling:tuning:storage:unit:guardsBuffers:record:)``.
    package init(of device: Device, storing storage: ElementType = .float32) throws {
        let environment = ProcessInfo.processInfo.environment
        let family = try KernelFamily.choose(
            for: device, storing: storage, environment: environment)
        let use = try MatrixUnitChoice.usual.use(
            on: MatrixFacts(device), family: family, environment: environment)
        guard use.unit != nil else {
            self = use
            return
        }
        let source = try KernelSource(folder: Setting.kernelFolder.value(in: environment))
        self = try MatrixProbe.open(device, source, use).use
    }
}

extension MatrixProbe {
    /// What the kernel gives of each warp, in its order.
    private enum Result: String, CaseIterable {
        case product = "a product"
        case chained = "a product of a product"
        case rowSum = "the sum of a row"
        case rowLargest = "the largest of a row"
    }

    /// The first result that is not as it should be, in words; nil if all are.
    private static func difference(_ results: [Float], _ unit: MatrixUnit) -> String? {
        let expected = seeds.flatMap { Operands(seed: $0).results }.flatMap(\.self).flatMap(\.self)
        guard let index = expected.indices.first(where: { results[$0] != Float(expected[$0]) })
        else { return nil }
        let (side, tile) = (MatrixUnit.side, MatrixUnit.tileHalves)
        let result = Result.allCases[index / tile % Result.allCases.count]
        let wrong = expected.indices.count { results[$0] != Float(expected[$0]) }
        return "its probe gives \(result.rawValue) as \(results[index]) where it is "
            + "\(expected[index]), in row \(index % tile / side), column \(index % side); "
            + "\(wrong) of \(expected.count) numbers are wrong"
    }

    /// A warp's operands: small integers, all different in each row of the left and each column of the right ones.
    package struct Operands {
        /// 16 rows of 16.
        package typealias Matrix = [[Int]]

        package let left: Matrix
        package let right: Matrix
        package let next: Matrix

        package init(seed: UInt64) {
            left = Self.rows(seed)
            right = Self.transposed(Self.rows(seed + 1))
            next = Self.transposed(Self.rows(seed + 2))
        }

        /// What the kernel is to give: matrices in the order of ``Result``.
        package var results: [Matrix] {
            let product = Self.product(left, right)
            let chained = zip(product, Self.product(product, next)).map { row, other in
                zip(row, other).map { 2 * $0 + $1 }
            }
            func rows(_ value: ([Int]) -> Int) -> Matrix {
                product.map { [Int](repeating: value($0), count: MatrixUnit.side) }
            }
            return [product, chained, rows { $0.reduce(0, +) }, rows { $0.max() ?? 0 }]
        }

        /// In each row -8 to 7, shuffled.
        private static func rows(_ seed: UInt64) -> Matrix {
            var state = seed
            return (0..<MatrixUnit.side).map { _ in
                var row = Array(-8..<8)
                for index in row.indices.dropFirst().reversed() {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    row.swapAt(index, Int((state >> 33) % UInt64(index + 1)))
                }
                return row
            }
        }

        private static func transposed(_ matrix: Matrix) -> Matrix {
            matrix[0].indices.map { column in matrix.map { $0[column] } }
        }

        private static func product(_ left: Matrix, _ right: Matrix) -> Matrix {
            left.map { row in
                right[0].indices.map { column in
                    zip(row, right).reduce(0) { $0 + $1.0 * $1.1[column] }
                }
            }
        }
    }
}
