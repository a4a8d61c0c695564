import EchoOpenCL

extension Tiling {
    /// The sizes that the kernels of a family read, by the names of their macros.
    func macros(_ family: KernelFamily) -> [(name: String, value: Int)] {
        switch family {
        case .simd:
            [
                ("VECTOR", vector), ("TILE_ROWS", tileRows), ("TILE_VECTORS", tileVectors),
                ("PREFETCH_LEVELS", prefetchLevels), ("BLOCK_ROWS", blockRows),
                ("SCORE_ROWS", scoreRows), ("SCORE_VECTORS", scoreVectors),
                ("MIX_ROWS", mixRows), ("MIX_VECTORS", mixVectors),
            ]
        case .simt:
            [
                ("GROUP_SIDE", groupSide), ("ITEM_ROWS", itemRows), ("ITEM_VECTORS", itemVectors),
                ("GROUP_DEPTH", groupDepth), ("KEY_TILE", keyTile), ("ROW_GROUP", rowGroup),
                ("STACK_WARPS", stackWarps), ("STAGE_TILES", stageTiles), ("STAGE_RING", stageRing),
                ("PATCH_GROUP", patchGroup),
            ]
        }
    }

    /// Compiler options that choose a family's kernels in the files and set its macros.
    func options(_ family: KernelFamily) -> [String] {
        ["-DFAMILY_\(family.rawValue.uppercased())"]
            + macros(family).map { "-D\($0.name)=\($0.value)" }
    }

    /// The macros of a family in words: `VECTOR=16 TILE_ROWS=8 ...`; equal where the kernels are.
    package func description(_ family: KernelFamily) -> String {
        macros(family).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }

    /// Why the kernels of a family cannot work in these sizes on a device; nil if they can.
    ///
    /// Sizes from a file may be anything: each is bounded before it is multiplied.
    package func problem(_ family: KernelFamily, on device: Device) -> String? {
        let sizes = macros(family).filter { !["PREFETCH_LEVELS", "STACK_WARPS"].contains($0.name) }
        if let macro = sizes.first(where: { !(1...1024).contains($0.value) }) {
            return "\(macro.name)=\(macro.value) is not from 1 to 1024"
        }
        return family == .simd ? simdProblem : simtProblem(on: device)
    }

    private var simdProblem: String? {
        if ![4, 8, 16].contains(vector) { return "VECTOR=\(vector) is not 4, 8 or 16" }
        if !(0...2).contains(prefetchLevels) {
            return "PREFETCH_LEVELS=\(prefetchLevels) is not 0, 1 or 2"
        }
        let tiles = [
            ("TILE", tileRows, tileVectors), ("SCORE", scoreRows, scoreVectors),
            ("MIX", mixRows, mixVectors),
        ]
        if let (name, rows, vectors) = tiles.first(where: { $0.1 * $0.2 > 64 }) {
            return "\(name)_ROWS=\(rows) x \(name)_VECTORS=\(vectors) are more sums than 64"
        }
        if scoreRows % mixRows != 0 {
            return "SCORE_ROWS=\(scoreRows) is not a multiple of MIX_ROWS=\(mixRows)"
        }
        return nil
    }

    private func simtProblem(on device: Device) -> String? {
        let groups = [
            ("GROUP_SIDE=\(groupSide) squared", groupSide * groupSide),
            ("ROW_GROUP=\(rowGroup)", rowGroup), ("PATCH_GROUP=\(patchGroup)", patchGroup),
        ]
        let largest = device.maximumWorkGroupSize
        if let group = groups.first(where: { $0.1 > largest }) {
            return "\(group.0) is more than the \(largest) work-items of a work-group"
        }
        if rowGroup & (rowGroup - 1) != 0 { return "ROW_GROUP=\(rowGroup) is not a power of two" }
        if keyTile % AttentionGroup.lanes != 0 {
            return "KEY_TILE=\(keyTile) is not a multiple of \(AttentionGroup.lanes)"
        }
        if ![0, 4, 8].contains(stackWarps) { return "STACK_WARPS=\(stackWarps) is not 0, 4 or 8" }
        if ![12, 24].contains(stageTiles) { return "STAGE_TILES=\(stageTiles) is not 12 or 24" }
        if !(2...4).contains(stageRing) { return "STAGE_RING=\(stageRing) is not 2, 3 or 4" }
        let limit = device.localMemoryByteCount
        if productLocalByteCount > limit {
            return
                "the tiles of a product take \(productLocalByteCount) bytes of local memory, of \(limit)"
        }
        return nil
    }
}
