import EchoGraph
import EchoOpenCL

/// Sizes that are tuned together, since the same kernels read them; stages follow each other, each
/// from the best of the one before.
package enum TuningStage: String, Sendable, CaseIterable, Codable {
    /// The tile of every matrix product.
    case products
    /// Queries and keys that attention holds on chip.
    case attention
    /// Work-items that share a row of a norm or a patch of the spectrogram (SIMT).
    case rows
    /// Warps and weights of the kernel that takes sequences through all layers, and whether there is one (matrix
    /// units).
    case stack

    /// True if there is something to tune.
    package func exists(_ family: KernelFamily, unit: MatrixUnit?) -> Bool {
        !sizes(family).isEmpty && (self != .stack || unit != nil)
    }

    /// True if the sizes matter to an operation: it says which it reads.
    package func matters(to operation: any Operation, _ family: KernelFamily) -> Bool {
        !Tiling.sizes(of: operation, family).isDisjoint(with: sizes(family))
    }

    /// The sizes that are tuned, with their values: `TILE_ROWS=8 TILE_VECTORS=3`.
    package func description(of tiling: Tiling, _ family: KernelFamily) -> String {
        let names = sizes(family)
        return tiling.macros(family).filter { names.contains($0.name) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }

    /// The names of their macros; none if the family has none.
    package func sizes(_ family: KernelFamily) -> Set<String> {
        switch (self, family) {
        case (.products, .simd): ["VECTOR", "TILE_ROWS", "TILE_VECTORS", "PREFETCH_LEVELS"]
        case (.attention, .simd): ["SCORE_ROWS", "SCORE_VECTORS", "MIX_ROWS", "MIX_VECTORS"]
        case (.products, .simt): ["GROUP_SIDE", "ITEM_ROWS", "ITEM_VECTORS", "GROUP_DEPTH"]
        case (.attention, .simt): ["KEY_TILE"]
        case (.rows, .simt): ["ROW_GROUP", "PATCH_GROUP"]
        case (.stack, .simt): ["STACK_WARPS", "STAGE_TILES", "STAGE_RING"]
        case (.rows, .simd), (.stack, .simd): []
        }
    }

    /// What is tried: `tiling` first, then the table's others.
    package func candidates(from tiling: Tiling, _ family: KernelFamily) -> [Tiling] {
        func varied(_ sizes: [[Int]], _ set: (inout Tiling, [Int]) -> Void) -> [Tiling] {
            let others = sizes.map { sizes in
                var other = tiling
                set(&other, sizes)
                return other
            }
            return [tiling] + others.filter { $0 != tiling }
        }
        switch (self, family) {
        case (.products, .simd):
            let tiles = Self.registerTiles[tiling.vector] ?? []
            let prefetching = (0...2).map {
                [tiling.vector, tiling.tileRows, tiling.tileVectors, $0]
            }
            return varied(tiles.map { $0 + [tiling.prefetchLevels] } + prefetching) {
                ($0.vector, $0.tileRows, $0.tileVectors) = ($1[0], $1[1], $1[2])
                $0.prefetchLevels = $1[3]
            }
        case (.attention, .simd):
            return varied(Self.scoreTiles[tiling.vector] ?? []) {
                ($0.scoreRows, $0.scoreVectors) = ($1[0], $1[1])
                ($0.mixRows, $0.mixVectors) = ($1[2], $1[3])
            }
        case (.products, .simt):
            let tiles = [
                [16, 4, 3, 16], [16, 4, 3, 8], [16, 4, 1, 16], [16, 4, 1, 32], [16, 4, 2, 16],
                [16, 2, 3, 16], [16, 8, 1, 16], [16, 8, 2, 8], [8, 4, 3, 16], [8, 8, 2, 16],
            ]
            return varied(tiles) {
                ($0.groupSide, $0.itemRows, $0.itemVectors, $0.groupDepth) =
                    ($1[0], $1[1], $1[2], $1[3])
            }
        case (.attention, .simt):
            return varied([[16], [32], [48], [64]]) { $0.keyTile = $1[0] }
        case (.rows, .simt):
            let groups = [
                [32, 256], [64, 256], [128, 256], [256, 256], [64, 64], [64, 128], [64, 512],
            ]
            return varied(groups) { ($0.rowGroup, $0.patchGroup) = ($1[0], $1[1]) }
        case (.stack, .simt):
            // With 8 warps no more than this fits 48 KiB at width 192.
            let shapes = [
                [8, 12, 2], [4, 12, 2], [4, 12, 3], [4, 12, 4], [4, 24, 2], [0, 12, 2],
            ]
            return varied(shapes) {
                ($0.stackWarps, $0.stageTiles, $0.stageRing) = ($1[0], $1[1], $1[2])
            }
        case (.rows, .simd), (.stack, .simd):
            return []
        }
    }

    /// Vector, rows and vectors of the register tiles worth trying where vectors have so many
    /// floats: 32 registers with AVX-512 and NEON, 16 with AVX2 and SSE.
    private static let registerTiles: [Int: [[Int]]] = [
        16: [
            [16, 8, 3], [16, 8, 2], [16, 6, 4], [16, 12, 2], [16, 4, 3], [8, 8, 3], [8, 4, 3],
        ],
        8: [[8, 4, 3], [8, 6, 2], [8, 4, 2], [8, 3, 4], [8, 2, 4], [8, 8, 3]],
        4: [[4, 4, 3], [4, 6, 2], [4, 8, 3], [4, 6, 4], [4, 8, 2]],
    ]

    /// Rows and vectors of scores, then of mixed values, worth trying where vectors have so many
    /// floats.
    private static let scoreTiles: [Int: [[Int]]] = [
        16: [[8, 1, 4, 4], [8, 2, 4, 4], [8, 2, 8, 2], [4, 2, 4, 4], [16, 1, 4, 4]],
        8: [[4, 2, 4, 2], [8, 1, 4, 2], [6, 2, 6, 2], [4, 2, 2, 4], [4, 3, 4, 2]],
        4: [[4, 2, 4, 2], [8, 1, 4, 2], [4, 2, 2, 4], [6, 2, 6, 2], [8, 2, 4, 4]],
    ]
}
