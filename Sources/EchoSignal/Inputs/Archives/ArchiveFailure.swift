/// Why an archive, or a member of it, cannot be read.
struct ArchiveFailure: Error, Hashable {
    let text: String
    /// What it is where the archive is not to blame: the disk, the mount, or this process.
    let cause: SignalError.Cause?
    /// Bytes of the tar, from its start, that it casts no doubt on: all but those of which a checksum
    /// says that they are others.
    let trustedCount: Int

    init(_ text: String, trusting trustedCount: Int = .max) {
        (self.text, cause, self.trustedCount) = (text, nil, trustedCount)
    }

    /// The archive's file cannot be opened or read.
    init(_ error: SignalError) {
        text = "it \(error.reason)"
        cause = error.cause
        trustedCount = .max
    }

    /// This process cannot go on.
    init(_ failure: OwnFailure) {
        (text, cause, trustedCount) = (failure.text, .ours(failure), .max)
    }
}
