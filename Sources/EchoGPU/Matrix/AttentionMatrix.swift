import EchoOpenCL
import EchoTensor

/// Sizes of attention on a matrix unit, as attend_matrix.cl has them.
struct AttentionMatrix {
    let unit: MatrixUnit
    /// Single precision, of two halves a value; else queries, keys and values are halves.
    let isSplit: Bool
    let headWidth: Int
    /// WARPS: of a work-group, each with ``MatrixUnit/side`` queries.
    let warps: Int

    /// Queries, keys and values that are split lie in half's range, which ends at 65,504.
    static let largestSplit: Float = 60_000
    /// What registers hold of a head: sums and queries of wider ones were never compiled.
    private static let widestHead = 64
    /// Beyond that many, more warps share a block of keys, but fewer work-groups fill the device.
    private static let mostWarps = 8

    /// As many warps as the longest sequence has queries for, where work-groups allow it.
    init(
        _ unit: MatrixUnit, storing element: ElementType, headWidth: Int, longestSequence: Int,
        on device: Device
    ) {
        self.unit = unit
        isSplit = element == .float32
        self.headWidth = headWidth
        let needed = (longestSequence + MatrixUnit.side - 1) / MatrixUnit.side
        let largest = min(Self.mostWarps, device.maximumWorkGroupSize / unit.lanes)
        warps = max(1, min(needed, largest))
    }

    /// Why the unit cannot do it; nil if it can.
    func reasonToDecline(device: Device, localByteCount limit: Int) -> String? {
        guard headWidth % MatrixUnit.side == 0, headWidth <= Self.widestHead else {
            return "heads of width \(headWidth) are not a multiple of \(MatrixUnit.side) "
                + "up to \(Self.widestHead)"
        }
        if isSplit, unit.layout == .xmx8, !unit.isEmulated {
            return "heads in single precision take more registers than sub-groups of 8 have"
        }
        guard unit.lanes <= device.maximumWorkGroupSize else {
            return "a warp has \(unit.lanes) work-items, the device's work-groups "
                + "\(device.maximumWorkGroupSize)"
        }
        let whole = localByteCount + unit.exchangeByteCount(warps: warps)
        guard localByteCount <= limit, whole <= device.localMemoryByteCount else {
            return "blocks of keys take \(whole) bytes of local memory, the device has \(limit)"
        }
        return nil
    }

    /// KEY_TILES: what registers hold of scores beside queries and sums, by what the compilers of every unit
    /// made of it without a spill.
    private var keyTiles: Int {
        switch unit.layout {
        case .nvidia, .cdna, .rdna4: isSplit ? 2 : 4
        case .rdna3: isSplit ? 1 : 4
        case .xmx8, .xmx16: 1
        }
    }

    /// MIX_TILES: of the head's columns; other work-groups take the rest, and compute the scores again.
    private var mixTiles: Int {
        let most =
            switch unit.layout {
            case .nvidia, .cdna, .rdna3, .rdna4: 4
            case .xmx16: isSplit ? 2 : 4
            case .xmx8: 1
            }
        let tiles = headWidth / MatrixUnit.side
        return (1...min(most, tiles)).last { tiles % $0 == 0 } ?? 1
    }

    /// Work-groups of a head.
    var columnGroups: Int { headWidth / MatrixUnit.side / mixTiles }

    /// A block of keys and of values as halves.
    private var localByteCount: Int {
        let columns = headWidth + mixTiles * MatrixUnit.side
        return keyTiles * MatrixUnit.side * columns * 2 * (isSplit ? 2 : 1)
    }

    /// Macros of attend_matrix.cl.
    var options: [String] {
        let sizes = [
            ("HEAD_WIDTH", headWidth), ("WARPS", warps), ("KEY_TILES", keyTiles),
            ("MIX_TILES", mixTiles),
        ]
        return sizes.map { "-D\($0)=\($1)" } + [isSplit ? "-DSPLIT" : "-DSTORED_HALF"]
    }

    var kernelName: String { "attention_matrix_f\(isSplit ? 32 : 16)" }
}
