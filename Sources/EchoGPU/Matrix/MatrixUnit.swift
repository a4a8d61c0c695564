import EchoOpenCL

/// A device's matrix unit, or one that kernels emulate: how the lanes of a warp, wave or sub-group hold
/// tiles of 16 x 16, as fragment.cl says.
package struct MatrixUnit: Hashable, Sendable, Codable {
    /// The units that there are kernels for; each is the macro `UNIT_` and its name in capitals.
    package enum Layout: String, CaseIterable, Sendable, Codable {
        /// `mma.sync.m16n8k16`, sm_80 and later.
        case nvidia
        /// `v_mfma_f32_16x16x16_f16`, gfx90a and gfx942.
        case cdna
        /// `v_wmma_f32_16x16x16_f16`, gfx11.
        case rdna3
        /// The same of gfx12, in other places.
        case rdna4
        /// `dpas` in sub-groups of 8: Arc.
        case xmx8
        /// `dpas` in sub-groups of 16: Data Center GPU Max, and Arc from Xe2.
        case xmx16
    }

    package let layout: Layout
    /// True if copies and transposes go without NVIDIA's instructions for them, which a driver may refuse:
    /// slower, the same numbers.
    package private(set) var isPlain = false
    /// True if kernels compute in OpenCL C what the unit would, for tests on any device.
    package let isEmulated: Bool

    package init(_ layout: Layout, isEmulated: Bool = false) {
        (self.layout, self.isEmulated) = (layout, isEmulated)
    }

    /// The unit, and what to try if a device refuses it.
    var forms: [MatrixUnit] {
        guard layout == .nvidia, !isPlain else { return [self] }
        var plain = self
        plain.isPlain = true
        return [self, plain]
    }

    private static let emulatedPrefix = "emulated-"

    /// The unit of this name, as `$ECHO_MATRIX` has it; nil if there is none.
    package init?(name: String) {
        let isEmulated = name.hasPrefix(Self.emulatedPrefix)
        let rest = isEmulated ? String(name.dropFirst(Self.emulatedPrefix.count)) : name
        guard let layout = Layout(rawValue: rest) else { return nil }
        self.init(layout, isEmulated: isEmulated)
    }

    /// `nvidia`, `emulated-nvidia`.
    package var name: String { (isEmulated ? Self.emulatedPrefix : "") + layout.rawValue }

    /// Rows and columns of a tile, and steps of k.
    package static let side = 16
    package static let tileHalves = side * side

    /// LANES: work-items of a warp.
    package var lanes: Int {
        switch layout {
        case .nvidia, .rdna3, .rdna4: 32
        case .cdna: 64
        case .xmx8: 8
        case .xmx16: 16
        }
    }

    /// The kernel files that every program for it begins with, behind common.cl.
    package var files: [String] {
        let own =
            switch layout {
            case .nvidia: "fragment_nvidia"
            case .cdna: "fragment_cdna"
            case .rdna3, .rdna4: "fragment_rdna"
            case .xmx8, .xmx16: "fragment_xmx"
            }
        return ["fragment", own] + (isEmulated ? ["fragment_emulated"] : [])
    }

    /// Macros of fragment.cl, and what the compiler is to be told besides.
    package var options: [String] {
        ["-DUNIT_\(layout.rawValue.uppercased())"] + (isPlain ? ["-DPLAIN_COPIES"] : [])
            + (isEmulated ? ["-DEMULATED"] : registerOptions)
    }

    /// Intel's hardware threads have 128 registers or, half as many of them, 256. With 128, sums and operands
    /// of a few tiles end up in memory.
    private var registerOptions: [String] {
        switch layout {
        case .xmx8, .xmx16: ["-cl-intel-256-GRF-per-thread"]
        case .nvidia, .cdna, .rdna3, .rdna4: []
        }
    }

    /// The local memory that an emulated unit takes as a kernel's last argument, for so many warps: EXCHANGE_FLOATS of
    /// fragment_emulated.cl.
    package func exchange(warps: Int) -> [KernelArgument] {
        isEmulated ? [.local(byteCount: exchangeByteCount(warps: warps))] : []
    }

    func exchangeByteCount(warps: Int) -> Int { isEmulated ? warps * 2 * Self.tileHalves * 4 : 0 }

    /// RIGHT_PLACE(k, n): where an element of a right operand lies in the 256 halves of its tile.
    package func rightPlace(k: Int, n: Int) -> Int {
        switch layout {
        case .nvidia: ((n % 8 * 4 + k % 8 / 2) * 4 + n / 8 * 2 + k / 8) * 2 + k % 2
        case .cdna: (k / 4 * 16 + n) * 4 + k % 4
        case .rdna3: n * 16 + k
        case .rdna4: (k / 8 * 16 + n) * 8 + k % 8
        case .xmx8: (k / 2 * 16 + n) * 2 + k % 2
        case .xmx16: k * 16 + n
        }
    }
}
