import EchoGraph
import EchoInvariant
import EchoOpenCL
import EchoTensor

extension EncoderStack: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        family == .simt ? ["STACK_WARPS", "STAGE_TILES", "STAGE_RING"] : []
    }

    /// Rows that a warp's registers hold: 12 sums and 12 operands of 16 columns, in 255 registers a lane.
    private static let widestRow = 192

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        guard let unit = backend.unit else { return "no matrix unit is used" }
        guard backend.tiling.stackWarps > 0 else { return "the tiles leave it out" }
        guard backend.storage == .float16 else { return "values are stored as float32" }
        guard unit.isEmulated || unit.layout.holdsRows else {
            return "registers of \(unit.name) do not hold a sequence's rows from layer to layer"
        }
        let (width, hidden) = (inputs[0].shape[1], inputs[9].shape[0])
        let heads = layer.attention.headCount
        guard width == heads * StackPacking.headWidth else {
            return "heads are \(width / heads) columns wide, not \(StackPacking.headWidth)"
        }
        guard width <= Self.widestRow else {
            return "a warp's registers hold rows of \(Self.widestRow) columns, not \(width)"
        }
        guard hidden % StackPacking.sliceWidth == 0 else {
            return "\(hidden) hidden columns are not a multiple of \(StackPacking.sliceWidth)"
        }
        let tokens = layer.attention.longestSequence
        guard tokens <= StackGroup.longestSequence else {
            return "a work-group holds sequences of \(StackGroup.longestSequence) tokens, "
                + "not \(tokens)"
        }
        guard group(on: backend, unit, width: width) != nil else {
            return "sequences of \(tokens) tokens do not fit a work-group of "
                + "\(backend.device.maximumWorkGroupSize) work-items and the device's "
                + "\(backend.device.localMemoryByteCount) bytes of local memory"
        }
        return nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let (width, hidden) = (inputs[0].type.shape[1], inputs[9].type.shape[0])
        guard let unit = backend.unit, let group = group(on: backend, unit, width: width) else {
            invariantFailure("\(Self.stem) was declined")
        }
        let sequences = inputs[1].type.shape[0] - 1
        guard sequences > 0, inputs[0].type.shape[0] > 0 else { return }
        let weights = Array(inputs[Self.sharedInputCount...])
        let kernel = try backend.kernel(
            Self.stem, named: "\(Self.stem)_matrix_f16", for: unit,
            requires: ["stream", "attend_fragments", "gelu_half"],
            options: group.options + [
                "-DWIDTH=\(width)", "-DHEADS=\(layer.attention.headCount)", "-DHIDDEN=\(hidden)",
            ])
        let buffers = try [
            backend.buffer(inputs[0]), backend.buffer(inputs[1]),
            backend.buffer(weights, packing: .stages(unit.layout)),
            backend.buffer(weights, packing: .vectors), output,
        ]
        let scale = Attention.binaryScale(headWidth: StackPacking.headWidth)
        try backend.queue.enqueue(
            kernel,
            buffers.map { .buffer($0) } + [
                .int(Int32(sequences)), .int(Int32(layerCount)), .float(scale),
                .float(layer.epsilon),
            ] + unit.exchange(warps: group.warps),
            global: [unit.lanes * group.count(sequences: sequences), group.warps],
            local: [unit.lanes, group.warps])
    }

    private func group(on backend: GPUBackend, _ unit: MatrixUnit, width: Int) -> StackGroup? {
        StackGroup.choose(
            on: backend, unit, width: width, longestSequence: layer.attention.longestSequence)
    }
}

extension MatrixUnit.Layout {
    /// True if a warp's registers hold 16 rows and their sums. Compiled for RDNA (clang 19) the kernel puts
    /// 800 to 844 bytes a lane into memory on gfx1100, 608 to 640 on gfx1201. On Intel's units sums, x and the
    /// heads' outputs are 12 + 6 + 6 KiB, of the 4 to 16 KiB of a hardware thread (on paper).
    fileprivate var holdsRows: Bool {
        switch self {
        case .nvidia, .cdna: true
        case .rdna3, .rdna4, .xmx8, .xmx16: false
        }
    }
}
