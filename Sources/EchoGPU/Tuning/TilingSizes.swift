import EchoGraph

/// Sizes that several operations read, by the names of their macros.
extension Tiling {
    /// Those that an operation's kernels of a family read, or its launches: it says so itself.
    package static func sizes(of operation: any Operation, _ family: KernelFamily) -> Set<String> {
        guard let operation = operation as? any GPUOperation else { return [] }
        return type(of: operation).sizes(family)
    }

    /// Of product.cl and product_group.cl.
    static func productSizes(_ family: KernelFamily) -> Set<String> {
        switch family {
        case .simd: ["VECTOR", "TILE_ROWS", "TILE_VECTORS", "PREFETCH_LEVELS", "BLOCK_ROWS"]
        case .simt: ["GROUP_SIDE", "ITEM_ROWS", "ITEM_VECTORS", "GROUP_DEPTH"]
        }
    }

    /// Of attend.cl and attend_group.cl.
    static func attentionSizes(_ family: KernelFamily) -> Set<String> {
        switch family {
        case .simd: ["VECTOR", "SCORE_ROWS", "SCORE_VECTORS", "MIX_ROWS", "MIX_VECTORS"]
        case .simt: ["KEY_TILE"]
        }
    }

    /// Of kernels whose work-groups take a row: CPU devices have one work-item for it.
    static func rowSizes(_ family: KernelFamily) -> Set<String> {
        family == .simt ? ["ROW_GROUP"] : []
    }
}
