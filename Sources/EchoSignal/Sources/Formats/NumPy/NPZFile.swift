import EchoFormats

/// The signal in an archive of numpy arrays, `.npz`: a zip of `.npy` files, stored or deflated, through
/// libarchive, which checks their sums.
enum NPZFile {
    /// Arrays that are looked into, if none was named.
    private static let memberLimit = 1000
    /// Vectors that are looked at for a time among them.
    private static let candidateLimit = 16
    /// How a zip without members begins, and every zip ends: this, numbers, and a comment.
    private static let emptyZip = Array("PK".utf8) + [5, 6]
    private static let zipEndLength = 22
    private static let zipEndLimit = zipEndLength + 1 << 16

    /// A member: its name as numpy has it, without `.npy`, and its place.
    private struct Member {
        let name: String
        let ordinal: Int
        let byteCount: Int
        /// Its header, if it is an array.
        let header: NPYHeader?

        var description: String {
            guard let header else { return "\(quoted(name)), no array" }
            return "\(quoted(name)) \(header.dimensions) \(quoted(header.descriptor))"
        }
    }

    /// - Parameter sampleRate: Hz, where the file has none by the name that was given.
    /// - Throws: ``SignalError`` if none or several of its arrays may be the signal, or it is damaged.
    static func open(
        _ content: SignalContent, _ options: ReadingOptions, sampleRate: Int?
    ) throws(SignalError) -> any SampleSource {
        let members = try list(content)
        let stored = try rate(members, content, options)
        guard let rate = stored?.hertz ?? sampleRate else {
            throw content.error(.noSampleRate(format: "an .npz file"))
        }
        let signal = try signal(members, content, options)
        return try signal.source(
            sampleRate: rate, options.arrays,
            Notes.joined([stored?.note, try surplus(content)]))
    }

    /// What is to be said of bytes behind the zip, such as another one; nil if there are none.
    private static func surplus(_ content: SignalContent) throws(SignalError) -> String? {
        let file = try ByteFile(content)
        let start = max(0, file.byteCount - zipEndLimit)
        let tail = try file.bytes(start..<file.byteCount)
        let places = tail.indices.dropLast(zipEndLength - 1)
        guard let place = places.last(where: { tail[$0...].starts(with: emptyZip) }) else {
            return nil
        }
        let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
        let count = tail.count - (place + zipEndLength + comment)
        return count > 0 ? "\(count.counted("byte")) after the zip, not read" : nil
    }

    private static func rate(
        _ members: [Member], _ content: SignalContent, _ options: ReadingOptions
    ) throws(SignalError) -> StoredRate? {
        guard let name = options.npzRate else { return nil }
        guard let member = members.first(where: { $0.name == name }) else {
            throw content.error(
                .variable(
                    "has no array \(quoted(name)); it has: \(listing(members))",
                    option: "--npz-rate"))
        }
        let array = try array(member, content, options.arrays)
        return try StoredRate(try array.onlyNumber(), array.description, content)
    }

    private static func signal(
        _ members: [Member], _ content: SignalContent, _ options: ReadingOptions
    ) throws(SignalError) -> NumberArray {
        func refusal(_ text: String) -> SignalError {
            content.error(
                .variable("\(text); it has: \(listing(members))", option: "--npz-key"))
        }
        if let key = options.npzKey {
            guard let member = members.first(where: { $0.name == key }) else {
                throw refusal("has no array \(quoted(key))")
            }
            return try array(member, content, options.arrays)
        }
        let arrays = members.filter {
            ($0.header?.elementCount ?? 0) > 1 && $0.name != options.npzRate
        }
        guard arrays.count <= candidateLimit else {
            throw refusal("has \(arrays.count) arrays that may be the signal")
        }
        guard arrays.count > 1 else {
            guard let only = arrays.first else { throw refusal("has no array of numbers") }
            return try array(only, content, options.arrays)
        }
        var found: [NumberArray] = []
        for member in arrays {
            let array: NumberArray
            do throws(SignalError) {
                array = try self.array(member, content, options.arrays)
            } catch {
                // Text and the like beside the signal.
                guard case .elements = error.cause else { throw error }
                continue
            }
            if try !array.isTime() { found.append(array) }
        }
        guard found.count == 1 else {
            throw refusal("has \(found.count) arrays that may be the signal")
        }
        return found[0]
    }

    private static func listing(_ members: [Member]) -> String {
        let shown = members.prefix(40).map(\.description).joined(separator: ", ")
        return shown.isEmpty ? "none" : members.count > 40 ? shown + ", …" : shown
    }

    /// What there is, from the headers.
    private static func list(_ content: SignalContent) throws(SignalError) -> [Member] {
        // libarchive takes a zip without members, as savez() of nothing is, for none.
        let start = try ByteFile(content).bytes(upTo: emptyZip.count, at: 0)
        guard start != emptyZip else { throw content.error(.empty) }
        do throws(ArchiveFailure) {
            let reader = try ArchiveReader(zip: content.location)
            var members: [Member] = []
            while let entry = try reader.next() {
                guard entry.isFile else { continue }
                guard members.count < memberLimit else {
                    throw ArchiveFailure("it has more than \(memberLimit) members")
                }
                let isNamed = entry.name.hasSuffix(".npy")
                members.append(
                    Member(
                        name: isNamed ? String(entry.name.dropLast(4)) : entry.name,
                        ordinal: entry.ordinal, byteCount: entry.byteCount,
                        header: isNamed ? try header(reader) : nil))
            }
            return members
        } catch {
            throw malformed(content, error)
        }
    }

    /// What is wrong with the zip, or with this process.
    private static func malformed(
        _ content: SignalContent, _ failure: ArchiveFailure, _ place: String = ""
    ) -> SignalError {
        content.error(
            failure.cause ?? .malformed(format: "an .npz file", place + failure.text))
    }

    private static func header(_ reader: ArchiveReader) throws(ArchiveFailure) -> NPYHeader? {
        let start = try reader.read(first: NPYPreamble.longest)
        // A header as long as its length may say is none.
        guard let preamble = try? NPYPreamble(start, byteCount: 1 << 16) else { return nil }
        let rest = try reader.read(first: preamble.textRange.upperBound - start.count)
        let text = (start + rest).dropFirst(preamble.textRange.lowerBound)
        return try? NPYHeaderParser.parse(String(decoding: text, as: UTF8.self))
    }

    /// A member, copied out.
    private static func array(
        _ member: Member, _ content: SignalContent, _ options: ArrayOptions
    ) throws(SignalError) -> NumberArray {
        let copy = try MemberCopy.make(for: content)
        do throws(ArchiveFailure) {
            let reader = try ArchiveReader(zip: content.location)
            while let entry = try reader.next(), entry.ordinal != member.ordinal {}
            try reader.read { (piece) throws(ArchiveFailure) in try copy.write(piece) }
        } catch {
            throw malformed(content, error, "\(quoted(member.name)): ")
        }
        return try NPYFile.array(
            SignalContent(path: content.path, copy: copy), options, name: quoted(member.name))
    }
}
