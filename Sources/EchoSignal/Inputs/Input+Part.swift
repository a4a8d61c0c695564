extension Input {
    /// A part of what was to be read of it.
    ///
    /// - Parameters:
    ///   - start: Seconds from where that begins.
    ///   - end: Likewise; nil for its end, which comes first if it is nearer.
    ///   - channels: nil for those that were to be read.
    package func narrowed(
        from start: Double, to end: Double?, channels: ChannelMode? = nil
    ) -> Input {
        var part = overrides
        let first = part.start ?? 0
        if start > 0 { part.start = first + start }
        part.end = [part.end, end.map { first + $0 }].compactMap(\.self).min()
        part.channels = channels ?? part.channels
        return Input(
            path: path, name: name, id: id, byteCount: byteCount, modified: modified,
            fields: fields, source: source, overrides: part)
    }

    /// Whether a path leads to the file that it is read from.
    package func isFile(at path: String) -> Bool {
        switch source {
        case .file: FileStatus.isSameFile(self.path, path)
        case .member(let archive, _, _), .withheld(let archive, _):
            FileStatus.isSameFile(archive, path)
        }
    }
}
