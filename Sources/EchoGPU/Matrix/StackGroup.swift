/// The shape of the work-groups that take sequences through the encoder, as encoder_stack.cl has them.
struct StackGroup {
    /// WARPS: each has 16 rows.
    let warps: Int
    /// KEY_TILES: warps of the longest sequence.
    let keyTiles: Int
    /// STAGE_TILES.
    let stageTiles: Int
    /// RING.
    let ring: Int

    /// Tokens of the longest sequence that a work-group holds, and up to how many several share one.
    static let longestSequence = 128
    private static let shortSequence = 64
    /// Tiles of the most stages that a tiling holds, of the widest rows.
    static let largestRing = 4 * 24

    /// The tiling's shape for these sequences, or else one with fewer weights in local memory; nil if
    /// none fits the device.
    static func choose(
        on backend: GPUBackend, _ unit: MatrixUnit, width: Int, longestSequence: Int
    ) -> StackGroup? {
        let (tiling, tiles) = (backend.tiling, width / MatrixUnit.side)
        let stages = [
            (tiling.stageTiles < 24 ? tiles : 2 * tiles, tiling.stageRing),
            (tiles, tiling.stageRing), (tiles, 2),
        ]
        func shape(tokens: Int) -> StackGroup? {
            let keyTiles = tokens / MatrixUnit.side
            return stages.map { stageTiles, ring in
                StackGroup(
                    warps: max(tiling.stackWarps, keyTiles), keyTiles: keyTiles,
                    stageTiles: stageTiles, ring: ring)
            }.first { $0.fits(backend, unit) }
        }
        // The longest sequences must fit as well: that there is a kernel must not depend on the batch.
        guard let largest = shape(tokens: Self.longestSequence) else { return nil }
        return longestSequence > shortSequence ? largest : shape(tokens: shortSequence)
    }

    private func fits(_ backend: GPUBackend, _ unit: MatrixUnit) -> Bool {
        let whole = localByteCount + unit.exchangeByteCount(warps: warps)
        return warps * unit.lanes <= backend.device.maximumWorkGroupSize
            && localByteCount <= backend.usableLocalByteCount
            && whole <= backend.device.localMemoryByteCount
    }

    /// The ring, and keys and values of a head, bytes.
    private var localByteCount: Int {
        let headTiles = StackPacking.headWidth / MatrixUnit.side
        return 2 * MatrixUnit.tileHalves * (ring * stageTiles + 2 * warps * headTiles)
    }

    /// Macros of encoder_stack.cl.
    var options: [String] {
        [
            "-DWARPS=\(warps)", "-DKEY_TILES=\(keyTiles)", "-DSTAGE_TILES=\(stageTiles)",
            "-DRING=\(ring)",
        ]
    }

    /// Work-groups for so many sequences: those for each span of warps, from that of the longest down to 1.
    func count(sequences: Int) -> Int {
        var (count, span) = (0, keyTiles)
        while span > 0 {
            let held = warps / span
            count += (sequences + held - 1) / held
            span /= 2
        }
        return count
    }
}
