extension MemberCopy {
    /// A temporary file for what is packed in a signal's own file.
    ///
    /// - Throws: ``SignalError`` of ours if there is no room for it.
    static func make(for content: SignalContent) throws(SignalError) -> MemberCopy {
        do throws(ArchiveFailure) {
            return try MemberCopy()
        } catch {
            throw content.error(error.cause ?? .archive(error.text))
        }
    }

    /// Appends bytes.
    func append(
        _ bytes: UnsafeRawBufferPointer, for content: SignalContent
    ) throws(SignalError) {
        do throws(ArchiveFailure) {
            try write(bytes)
        } catch {
            throw content.error(error.cause ?? .archive(error.text))
        }
    }
}
