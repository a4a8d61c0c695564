import CHDF5

/// An identifier of HDF5, closed in the end.
///
/// HDF5 is not to be called from two threads at once: whoever uses it holds ``MatFile``'s lock.
final class HDF5Object {
    let id: hid_t

    /// Takes what a call of HDF5 returned; nil if it failed.
    init?(_ id: hid_t) {
        guard id >= 0 else { return nil }
        self.id = id
    }

    deinit { H5Idec_ref(id) }

    /// Opens a file to read. What fails is not printed: the error that is thrown says it.
    static func file(_ path: String) -> HDF5Object? {
        // At the end it would print what a damaged file keeps it from closing.
        H5dont_atexit()
        H5open()
        // Of this thread's stack, to no function.
        H5Eset_auto2(0, nil, nil)
        return HDF5Object(H5Fopen(path, 0, 0))
    }

    var isGroup: Bool { H5Iget_type(id) == H5I_GROUP }
    var isDataset: Bool { H5Iget_type(id) == H5I_DATASET }

    /// Names of the objects in a group, links to elsewhere left out; nil if there are more.
    func names(limit: Int) -> [String]? {
        var info = H5G_info_t()
        guard H5Gget_info(id, &info) >= 0 else { return [] }
        guard info.nlinks <= UInt64(limit) else { return nil }
        return (0..<info.nlinks).compactMap { index in
            var link = H5L_info_t()
            guard H5Lget_info_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &link, 0) >= 0,
                link.type == H5L_TYPE_HARD
            else { return nil }
            var name = [CChar](repeating: 0, count: 1024)
            let length = H5Lget_name_by_idx(
                id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count, 0)
            guard length > 0, length < name.count else { return nil }
            return String(
                decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// An object in a group.
    func member(_ name: String) -> HDF5Object? { HDF5Object(H5Oopen(id, name, 0)) }

    /// What a reference in a dataset leads to.
    func object(_ reference: hobj_ref_t) -> HDF5Object? {
        var reference = reference
        return HDF5Object(H5Rdereference2(id, 0, H5R_OBJECT, &reference))
    }

    func hasAttribute(_ name: String) -> Bool { H5Aexists(id, name) > 0 }

    /// A short text; nil if there is none.
    func text(attribute name: String) -> String? {
        guard hasAttribute(name), let attribute = HDF5Object(H5Aopen(id, name, 0)),
            let type = HDF5Object(H5Aget_type(attribute.id)),
            let space = HDF5Object(H5Aget_space(attribute.id)),
            H5Tget_class(type.id) == H5T_STRING, H5Sget_simple_extent_npoints(space.id) == 1
        else { return nil }
        if H5Tis_variable_str(type.id) > 0 {
            // As h5py writes str.
            var text: UnsafeMutablePointer<CChar>?
            guard H5Aread(attribute.id, type.id, &text) >= 0, let text else { return nil }
            defer { H5free_memory(text) }
            return String(cString: text)
        }
        guard (1...64).contains(H5Tget_size(type.id)) else { return nil }
        var bytes = [UInt8](repeating: 0, count: H5Tget_size(type.id))
        guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The extents of a dataset, the last of which runs fastest.
    var extents: [Int] {
        guard let space = HDF5Object(H5Dget_space(id)) else { return [] }
        let rank = Int(H5Sget_simple_extent_ndims(space.id))
        guard (1...64).contains(rank) else { return [] }
        var extents = [hsize_t](repeating: 0, count: rank)
        guard H5Sget_simple_extent_dims(space.id, &extents, nil) >= 0 else { return [] }
        return extents.map { Int(clamping: $0) }
    }

    /// What a dataset's elements are.
    var elementClass: H5T_class_t {
        HDF5Object(H5Dget_type(id)).map { H5Tget_class($0.id) } ?? H5T_NO_CLASS
    }

    /// Whether the elements of a dataset lie in its own file, and take as many bytes there as so many
    /// elements can: whatever a header says beyond that is a lie.
    func holds(_ count: Int, byteCount: Int) -> Bool {
        guard let plan = HDF5Object(H5Dget_create_plist(id)), H5Pget_external_count(plan.id) == 0
        else { return false }
        let layout = H5Pget_layout(plan.id)
        guard layout != H5D_VIRTUAL else { return false }
        let room = Double(H5Dget_storage_size(id)) * Double(ZlibStream.greatestRatio)
        if layout == H5D_CHUNKED {
            var chunk = [hsize_t](repeating: 0, count: 64)
            let rank = H5Pget_chunk(plan.id, 64, &chunk)
            guard rank > 0 else { return false }
            let size = chunk.prefix(Int(rank)).reduce(Double(byteCount)) { $0 * Double($1) }
            guard size <= max(0x1p20, room) else { return false }
        }
        return Double(count) * Double(byteCount) <= room
    }

    /// Reads all elements of a dataset in their order, in pieces.
    ///
    /// - Parameters:
    ///   - type: What they are turned into, of `byteCount` bytes.
    ///   - take: Gets the bytes of a piece.
    /// - Returns: false if HDF5 cannot read on.
    func read(
        as type: hid_t, byteCount: Int, _ take: (UnsafeRawBufferPointer) throws(SignalError) -> Void
    ) throws(SignalError) -> Bool {
        let extents = extents
        guard let space = HDF5Object(H5Dget_space(id)), !extents.isEmpty else { return false }
        // The extent along which pieces are cut: what lies inside of it goes in whole.
        let pieceLength = 1 << 20
        var (axis, inner) = (extents.count - 1, 1)
        while axis > 0, extents[axis] <= pieceLength / inner {
            inner *= extents[axis]
            axis -= 1
        }
        let length = max(1, pieceLength / inner)
        var start = [hsize_t](repeating: 0, count: extents.count)
        var count = extents.indices.map { $0 < axis ? 1 : hsize_t(extents[$0]) }
        for outer in 0..<Array(extents[..<axis]).elementCount {
            var rest = outer
            for index in (0..<axis).reversed() {
                start[index] = hsize_t(rest % extents[index])
                rest /= extents[index]
            }
            for first in stride(from: 0, to: extents[axis], by: length) {
                start[axis] = hsize_t(first)
                count[axis] = hsize_t(min(length, extents[axis] - first))
                let total = Int(count[axis]) * inner
                var bytes = [UInt8](repeating: 0, count: total * byteCount)
                var extent = hsize_t(total)
                guard let memory = HDF5Object(H5Screate_simple(1, &extent, nil)),
                    H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, count, nil) >= 0,
                    H5Dread(id, type, memory.id, space.id, 0, &bytes) >= 0
                else { return false }
                try bytes.withUnsafeBufferPointer { bytes throws(SignalError) in
                    try take(UnsafeRawBufferPointer(bytes))
                }
            }
        }
        return true
    }
}
