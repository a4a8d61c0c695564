import CNettle

/// A hash of bytes, which may come in pieces: `update` with each, then `finalize`.
///
/// Of nettle, which takes a processor's instructions for SHA if it has them. Its states are plain
/// values: a copy goes on by itself.
package protocol HashFunction: Sendable {
    /// Of no bytes so far.
    init()
    /// Adds bytes behind those before.
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The hash of all bytes so far, which then begins anew.
    mutating func finalize() -> [UInt8]
}

extension HashFunction {
    /// The hash of these bytes.
    package static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = Self()
        hash.update(bytes)
        return hash.finalize()
    }

    /// Adds bytes behind those before: an array, `Data`, or a text's `utf8`.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable {
            update(UnsafeRawBufferPointer($0))
        }
        if isDone == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }
}

/// SHA-256 (FIPS 180-4): 32 bytes.
package struct SHA256: HashFunction {
    private var state = sha256_ctx()

    package init() { nettle_sha256_init(&state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        nettle_sha256_update(&state, bytes.count, start.assumingMemoryBound(to: UInt8.self))
    }

    package mutating func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_SIZE)) { digest, count in
            count = digest.count
            nettle_sha256_digest(&state, count, digest.baseAddress)
        }
    }
}

/// SHA-1 (FIPS 180-4): 20 bytes. Git names its blobs by it; whoever means harm can make two files that
/// have the same.
package struct SHA1: HashFunction {
    private var state = sha1_ctx()

    package init() { nettle_sha1_init(&state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        nettle_sha1_update(&state, bytes.count, start.assumingMemoryBound(to: UInt8.self))
    }

    package mutating func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA1_DIGEST_SIZE)) { digest, count in
            count = digest.count
            nettle_sha1_digest(&state, count, digest.baseAddress)
        }
    }
}
