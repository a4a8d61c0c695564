/// Names of recordings of which one would be written over another.
package enum NameCollisions {
    /// Refuses names that share a file, or of which one needs a folder where another one's file goes.
    ///
    /// Distinct names have distinct files, since the endings tell the levels apart, except for one case:
    /// the channels of `x` are written as `x.ch0`, `x.ch1`, ..., and so may another recording be called.
    /// How many channels there are is not known yet: any number counts.
    ///
    /// - Parameters:
    ///   - count: Recordings.
    ///   - withName: Hands out the bytes of a recording's name, by its place.
    ///   - isSplit: True for a recording whose channels are embedded one by one, by its place.
    /// - Throws: ``StoreError`` for the first such pair.
    package static func refuse(
        _ count: Int, folder: String,
        withName: (Int, (UnsafeRawBufferPointer) -> Void) -> Void, isSplit: (Int) -> Bool
    ) throws(StoreError) {
        // Few names or none can be in the way of another: of millions only these are looked up.
        var doubtful: [[UInt8]] = []
        for index in 0..<count {
            withName(index) { if isDoubtful($0) { doubtful.append(Array($0)) } }
        }
        guard !doubtful.isEmpty else { return }
        let wanted = Set(doubtful.flatMap { others(of: $0).map(\.name) })
        var known: [[UInt8]: Bool] = [:]
        for index in 0..<count {
            var name: [UInt8] = []
            withName(index) { name = Array($0) }
            if wanted.contains(name) { known[name] = isSplit(index) }
        }
        for name in doubtful {
            for other in others(of: name) {
                let owner = String(decoding: other.name, as: UTF8.self)
                let name = String(decoding: name, as: UTF8.self)
                if let path = other.folder {
                    guard known[other.name] != nil else { continue }
                    throw StoreError(
                        path: folder + "/" + path, .folderAndFile(first: owner, second: name))
                }
                guard known[other.name] == true else { continue }
                throw StoreError(
                    path: folder + "/" + name, .channelAndName(recording: owner, other: name))
            }
        }
    }

    /// Refuses such names.
    package static func refuse(
        _ names: [String], folder: String, isSplit: (Int) -> Bool
    ) throws(StoreError) {
        try refuse(
            names.count, folder: folder,
            withName: { index, body in
                var name = names[index]
                name.withUTF8 { body(UnsafeRawBufferPointer($0)) }
            }, isSplit: isSplit)
    }

    /// Whether a name may be that of a channel, or lies in a folder that is called as a file of ours is.
    private static func isDoubtful(_ name: UnsafeRawBufferPointer) -> Bool {
        if let last = name.last, (0x30...0x39).contains(last) { return true }
        return name.indices.contains { place in
            name[place] == UInt8(ascii: "/") && name[..<place].suffix(4).elementsEqual(".npy".utf8)
        }
    }

    /// The names of recordings whose files would be in the way; `folder` is what a folder of this name and
    /// a file of theirs would both be called, nil if both are files.
    private static func others(of name: [UInt8]) -> [(name: [UInt8], folder: String?)] {
        var others: [(name: [UInt8], folder: String?)] = []
        if let owner = owner(ofChannel: name) { others.append((owner, nil)) }
        let parts = EmbeddingFiles.parts(String(decoding: name, as: UTF8.self)).dropLast()
        for count in parts.indices {
            let path = parts[...count].joined(separator: "/")
            others += owners(of: path).map { (Array($0.utf8), path) }
        }
        return others
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
