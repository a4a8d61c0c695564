import EchoFormats
import EchoInvariant
import EchoTensor

/// The tensors of a checkpoint, and the SHA-256 of its file: one pass over its bytes, so that what is
/// hashed is what is used, whatever becomes of the file.
///
/// Float32 goes straight to its place; nothing but what the encoder needs is kept.
struct CheckpointContent {
    let tensors: [String: HostTensor]
    /// In hexadecimal digits, as `sha256sum` prints it.
    let sha256: String

    /// Bytes that are read, hashed and converted at a time: they stay in a cache meanwhile.
    private static let pieceLength = 1 << 20

    /// - Parameter wanted: Tensors that the file has, in these shapes.
    /// - Throws: ``ModelError`` if the file cannot be read, changes meanwhile, or has a wanted tensor
    ///   in a type that cannot be used.
    init(_ file: SafetensorsFile, _ wanted: [CheckpointTensor]) throws(ModelError) {
        var places: [String: (type: TensorType, offset: Int)] = [:]
        var byteCount = 0
        for tensor in wanted {
            let type = TensorType(tensor.shape)
            places[tensor.name] = (type, byteCount)
            byteCount += WeightMemory.footprint(of: type)
        }
        let memory = try WeightMemory(byteCount: byteCount, for: file.path)
        var pass = Pass(file)
        for entry in file.entriesInOrder {
            let place = places[entry.name]
            try pass.read(entry, into: place.map { memory.bytes($0.type, at: $0.offset) })
        }
        try file.content.requireUnchanged()
        tensors = places.mapValues { memory.tensor($0.type, at: $0.offset) }
        sha256 = pass.hash.finalize().hexadecimalDigits
    }

    /// How far the file is read.
    private struct Pass {
        let file: SafetensorsFile
        var hash = SHA256()
        private var piece = [UInt8](repeating: 0, count: pieceLength)

        init(_ file: SafetensorsFile) {
            self.file = file
            file.headerBytes.withUnsafeBytes { hash.update($0) }
        }

        /// Hashes a tensor's bytes, and puts its values where they belong; nil for nowhere.
        mutating func read(
            _ entry: SafetensorsHeader.Entry, into target: UnsafeMutableRawBufferPointer?
        ) throws(ModelError) {
            let encoding = target == nil ? nil : try file.encoding(of: entry)
            var position = entry.begin
            while position < entry.end {
                let count = min(pieceLength, entry.end - position)
                let offset = file.dataStart + position
                let done = position - entry.begin
                if encoding == .float32, let target {
                    let bytes = UnsafeMutableRawBufferPointer(rebasing: target[done..<done + count])
                    try file.content.read(into: bytes, at: offset)
                    hash.update(UnsafeRawBufferPointer(bytes))
                } else {
                    try piece.withUnsafeMutableBufferPointer { piece throws(ModelError) in
                        let bytes = UnsafeMutableRawBufferPointer(
                            UnsafeMutableBufferPointer(rebasing: piece[..<count]))
                        try file.content.read(into: bytes, at: offset)
                        hash.update(UnsafeRawBufferPointer(bytes))
                        guard let target, let encoding else { return }
                        // A value of two bytes becomes one of four.
                        encoding.widen(
                            UnsafeRawBufferPointer(bytes),
                            into: UnsafeMutableRawBufferPointer(
                                rebasing: target[2 * done..<2 * (done + count)]))
                    }
                }
                position += count
            }
        }
    }
}
