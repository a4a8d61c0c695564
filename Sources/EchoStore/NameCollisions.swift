/// Names of recordings of which one would be written over another.
package enum NameCollisions {
    /// Refuses names that share a file, or of which one needs a folder where another one's file goes.
    ///
    /// Distinct names have distinct files, since the endings tell the levels apart, but for one case:
    /// the channels of `x` are written as `x.ch0`, `x.ch1`, ..., and so may another recording be called.
    /// How many channels there are is not known yet: any number counts.
    ///
    /// - Parameter isSplit: True for a recording whose channels are embedded one by one, by its place
    ///   in `names`.
    /// - Throws: ``StoreError`` for the first such pair.
    package static func refuse(
        _ names: [String], folder: String, isSplit: (Int) -> Bool
    ) throws(StoreError) {
        var known: [[UInt8]: Bool] = [:]
        known.reserveCapacity(names.count)
        for (index, name) in names.enumerated() { known[Array(name.utf8)] = isSplit(index) }
        for name in names {
            if let owner = owner(ofChannel: Array(name.utf8)), known[owner] == true {
                let owner = String(decoding: owner, as: UTF8.self)
                throw StoreError(
                    path: folder + "/" + name, .channelAndName(recording: owner, other: name))
            }
            let parts = EmbeddingFiles.parts(name).dropLast()
            for count in parts.indices {
                let path = parts[...count].joined(separator: "/")
                for owner in owners(of: path) where known[Array(owner.utf8)] != nil {
                    throw StoreError(
                        path: folder + "/" + path, .folderAndFile(first: owner, second: name))
                }
            }
        }
    }

    /// The recording whose channel would be written under this name: `x` for `x.ch12`, as bytes.
    package static func owner(ofChannel name: [UInt8]) -> [UInt8]? {
        var stem = name[...]
        while let last = stem.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) {
            stem.removeLast()
        }
        let mark = Array(".ch".utf8)
        let digits = name[stem.endIndex...]
        guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0"),
            stem.count > mark.count, stem.suffix(mark.count).elementsEqual(mark)
        else { return nil }
        return Array(stem.dropLast(mark.count))
    }

    /// The names of recordings that could write to `path`.
    private static func owners(of path: String) -> [String] {
        guard
            let level = EmbeddingFiles.Level.allCases.first(where: {
                path.endsInBytes(of: $0.ending)
            })
        else { return [] }
        let name = Array(path.utf8.dropLast(level.ending.utf8.count))
        return [name, owner(ofChannel: name)].compactMap { $0 }
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
