import EchoOpenCL
import EchoTensor

/// The two shapes in which every kernel exists.
package enum KernelFamily: String, Sendable, CaseIterable {
    /// For CPU devices: one work-item does a register block with explicit vectors, no barriers.
    case simd
    /// For GPUs: work-groups share tiles in local memory.
    case simt

    /// The family that is asked for, by the caller or by `$ECHO_KERNELS`, else what suits the device,
    /// or the kernels for GPUs if values are stored as float16 or `$ECHO_MATRIX` names a unit.
    ///
    /// - Throws: ``SettingError`` if a setting says something else, ``GPUError/simdHalf``
    ///   if the kernels for CPU devices are to store halves.
    package static func choose(
        _ asked: KernelFamily? = nil, for device: Device, storing storage: ElementType,
        environment: [String: String]
    ) throws -> KernelFamily {
        let family = try asked ?? self.asked(in: environment)
        let usesUnit = try MatrixUnitChoice.askedUnit(in: environment) != nil
        let isForCPUs = device.kind == .cpu && storage == .float32 && !usesUnit
        let chosen = family ?? (isForCPUs ? .simd : .simt)
        guard chosen == .simt || storage == .float32 else { throw GPUError.simdHalf }
        return chosen
    }

    /// The family that `$ECHO_KERNELS` names; nil if it is not set.
    ///
    /// - Throws: ``SettingError`` if there is no such family.
    static func asked(in environment: [String: String]) throws(SettingError) -> KernelFamily? {
        guard let name = Setting.kernels.value(in: environment) else { return nil }
        guard let family = KernelFamily(rawValue: name) else { throw .kernels(name) }
        if family == .simd, let unit = try MatrixUnitChoice.askedUnit(in: environment) {
            throw .kernelsWithoutUnits(unit)
        }
        return family
    }
}

/// Sizes of the tiles that kernels work in; each becomes a macro of the same name in capitals.
package struct Tiling: Hashable, Sendable, Codable {
    /// Floats of a vector (SIMD): 4, 8 or 16.
    package var vector: Int
    /// Rows and vectors of a register tile (SIMD): its sums, a line of weights and a value fit the
    /// registers, 32 of 16 floats or 16 of 8.
    package var tileRows: Int
    package var tileVectors: Int
    /// Caches that weights are prefetched into (SIMD): 0; 1, the next panel into the second; 2, the
    /// panel at hand into the first as well.
    package var prefetchLevels: Int
    /// Rows that a work-item takes through a panel of weights (SIMD).
    package var blockRows: Int
    /// Queries and vectors of keys whose scores a work-item sums in registers (SIMD).
    package var scoreRows: Int
    package var scoreVectors: Int
    /// Queries, a divisor of `scoreRows`, and vectors of values that it mixes in registers (SIMD).
    package var mixRows: Int
    package var mixVectors: Int
    /// Work-items along each side of a work-group, rows and float4s of each one's tile, and steps of
    /// depth that are held in local memory (SIMT): 64 x 192 sums, of which every width of the
    /// published models is a multiple.
    package var groupSide: Int
    package var itemRows: Int
    package var itemVectors: Int
    package var groupDepth: Int
    /// Keys, then values, that attention holds in local memory (SIMT); a multiple of 16.
    package var keyTile: Int
    /// Work-items that share a row (SIMT); a power of two.
    package var rowGroup: Int
    /// Warps of a work-group that takes sequences through the whole encoder (matrix units): 4 or 8, or 0 if
    /// operations follow each other instead. It has 16 rows for each of them.
    package var stackWarps: Int
    /// Tiles of weights that its warps wait for at once: one or two for each 16 columns of the model, 12 or 24
    /// at width 192. And how many times as many local memory holds.
    package var stageTiles: Int
    package var stageRing: Int
    /// Work-items that share a patch of the spectrogram (SIMT).
    package var patchGroup: Int

    /// The defaults for a device.
    package init(for device: Device) {
        vector = [16, 8].first { $0 <= device.nativeFloatVectorWidth } ?? 4
        let hasManyRegisters = vector == 16  // AVX-512: 32, elsewhere 16
        tileRows = hasManyRegisters ? 8 : 4
        tileVectors = 3
        prefetchLevels = hasManyRegisters ? 2 : 0
        blockRows = 64
        (scoreRows, scoreVectors) = hasManyRegisters ? (8, 1) : (4, 2)
        (mixRows, mixVectors) = hasManyRegisters ? (4, 4) : (4, 2)
        let largestGroup = device.maximumWorkGroupSize
        groupSide = [16, 8, 4, 2].first { $0 * $0 <= largestGroup } ?? 1
        itemRows = 4
        itemVectors = 3
        groupDepth = 16
        rowGroup = [64, 32, 16, 8, 4, 2].first { $0 <= largestGroup } ?? 1
        keyTile = 32
        (stackWarps, stageTiles, stageRing) = (8, 12, 2)
        patchGroup = min(256, largestGroup)
    }

    /// Columns of a panel of packed weights.
    func panelColumns(_ family: KernelFamily) -> Int {
        family == .simd ? tileVectors * vector : groupSide * itemVectors * 4
    }

    /// Rows that one work-item (SIMD) or work-group (SIMT) computes.
    func rowsOfBlock(_ family: KernelFamily) -> Int {
        family == .simd ? blockRows : groupSide * itemRows
    }

    /// Local memory of a product's slices, bytes (SIMT): group_tiles of product_group.cl.
    var productLocalByteCount: Int {
        4 * groupDepth * (groupSide * itemRows + itemRows + groupSide * itemVectors * 4)
    }
}
