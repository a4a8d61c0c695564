/// A command that a queue has taken, for whoever keeps a record of them.
package struct Command: Sendable {
    /// What it does.
    package enum Kind: String, Sendable {
        case kernel, upload, download, fill
    }

    /// The name of its queue.
    package let queue: String
    package let kind: Kind
    /// The kernel's name; of a transfer its kind.
    package let name: String
    /// Bytes moved or filled; nil for kernels.
    package let byteCount: Int?
    /// Says when it ran, once it has.
    package let event: Event
}
