import Glibc

/// Fetches one blob into the cache: into `HASH.incomplete` first, from where that ends, and to its
/// place only with the right length and hash.
struct BlobDownload {
    let connection: HubConnection
    let cache: HubCache
    let name: RepositoryName
    let commit: String
    let file: String
    let facts: FileFacts
    let report: (HubProgress) -> Void

    /// Attempts in a row that bring nothing new, or only drops.
    private static let maximumVainAttempts = 5
    /// Longest file that is fetched where the hub does not say how long it is.
    private static let maximumUnknownSize = 100_000_000

    private var path: String { cache.blob(facts.hash, of: name) }
    private var partial: String { path + ".incomplete" }
    /// Bytes of an attempt that was not in vain: fewer come by a connection that is given up as too slow.
    private var usefulByteCount: Int {
        max(1, Int(connection.settings.timeout * Double(Patience.minimumRate)))
    }
    private var limit: Int { facts.size ?? Self.maximumUnknownSize }

    /// Fetches the blob where the cache lacks it, once whoever fetches it already is done.
    ///
    /// - Returns: Bytes that were fetched.
    /// - Throws: ``HubError``; what came before a broken connection or a full disk is kept.
    func run() throws(HubError) -> Int {
        if isThere { return 0 }
        let lockPath = cache.lock(facts.hash, of: name)
        try HubFiles.makeFolder(HubFiles.folder(of: lockPath))
        try HubFiles.makeFolder(HubFiles.folder(of: path))
        let lock = try FileLock(path: lockPath) { report(progress(0, isWaiting: true)) }
        defer { lock.release() }
        if isThere { return 0 }
        let start = HubFiles.size(partial) ?? 0
        var received = try fetch()
        var isWhole = try isRight()
        if !isWhole, start > 0 {
            // What was left from before was no start of this blob.
            unlink(partial)
            received += try fetch()
            isWhole = try isRight()
        }
        guard isWhole else {
            unlink(partial)
            throw HubError(
                .corrupt, "\(name.id), \(file)",
                "what was fetched has not the \(facts.hash.kind) \(facts.hash.digits); it is removed",
                remedy: "Try again; if it stays so, check HF_ENDPOINT and the proxy.")
        }
        try HubFiles.rename(partial, to: path)
        return received
    }

    /// True if the blob is in its place.
    private var isThere: Bool {
        guard let size = HubFiles.size(path) else { return false }
        return facts.size.map { $0 == size } ?? true
    }

    private func isRight() throws(HubError) -> Bool {
        if let size = facts.size, HubFiles.size(partial) != size { return false }
        return try facts.hash.digits(ofFile: partial) == facts.hash.digits
    }

    private func progress(_ count: Int, isWaiting: Bool = false) -> HubProgress {
        HubProgress(
            file: file, receivedByteCount: count, totalByteCount: facts.size, isWaiting: isWaiting)
    }

    /// Brings the partial file to its length; returns the bytes that were fetched.
    ///
    /// An answer that breaks off is taken up where it ended, until several in a row bring nothing.
    private func fetch() throws(HubError) -> Int {
        let output = try PartialFile(path: partial)
        defer { output.close() }
        if output.count > limit { try output.truncate() }
        if let size = facts.size { try output.requireSpace(for: size - output.count) }
        var (furthest, vainAttempts) = (output.count, 0)
        while output.count != facts.size {
            do {
                try attempt(output)
                if facts.size == nil { break }
            } catch {
                // Where ranges are not known each attempt begins anew: only what goes further counts.
                vainAttempts =
                    output.count - furthest >= usefulByteCount ? 0 : vainAttempts + 1
                furthest = max(furthest, output.count)
                guard error.isTemporary, vainAttempts < Self.maximumVainAttempts else {
                    throw error
                }
                try connection.settings.pause(beforeAttempt: vainAttempts, after: error)
            }
        }
        return output.writtenCount
    }

    /// Asks for what is missing and appends what comes.
    ///
    /// - Throws: ``HubError``, of cause `unreachable` if the answer breaks off.
    private func attempt(_ output: PartialFile) throws(HubError) {
        var exchange = try ask(from: output.count)
        if output.count > 0, !continues(exchange, at: output.count) {
            // Either the whole comes, or what is there is no start of this file.
            try output.truncate()
            if exchange.status != 200 { exchange = try ask(from: 0) }
        }
        guard exchange.status == 200 || continues(exchange, at: output.count) else {
            throw HubError(
                .answer, "\(name.id), \(file)", "answers \(exchange.status)",
                remedy: "Check HF_ENDPOINT and the proxy.")
        }
        while let piece = try connection.nextPiece(of: exchange) {
            guard output.count + piece.count <= limit else { throw tooLong() }
            try output.append(piece)
            report(progress(output.count))
        }
        guard facts.size == nil || output.count == facts.size else {
            throw HubError(
                .unreachable, "\(name.id), \(file)",
                "ended after \(output.count) of \(limit) bytes", remedy: "Try again.")
        }
    }

    private func ask(from offset: Int) throws(HubError) -> HTTPExchange {
        try connection.content(of: file, in: name, commit: commit, from: offset)
    }

    /// True if an answer begins at byte `offset`.
    private func continues(_ exchange: HTTPExchange, at offset: Int) -> Bool {
        guard exchange.status == 206, let range = exchange.header("Content-Range")
        else { return false }
        return range.hasPrefix("bytes \(offset)-")
    }

    private func tooLong() -> HubError {
        unlink(partial)
        return HubError(
            .corrupt, "\(name.id), \(file)",
            "more came than the \(limit) bytes that \(facts.size == nil ? "are taken" : "the hub names")"
                + "; it is removed",
            remedy: "Check HF_ENDPOINT and the proxy.")
    }
}
