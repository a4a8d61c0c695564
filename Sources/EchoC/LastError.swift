import CEchoGPU
import EchoInvariant
import Glibc

/// The last error of each thread, as C text.
// Sendable: a thread sees its own alone.
final class LastError: @unchecked Sendable {
    let text, kind: UnsafeMutablePointer<CChar>
    let code: Int32
    let index: Int64

    /// Where a thread keeps its own; it is freed with the thread.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key) { error in
            if let error { Unmanaged<LastError>.fromOpaque(error).release() }
        }
        invariant(status == 0, "pthread_key_create failed with \(status): no key for errors")
        return key
    }()

    private init(_ failure: Failure) {
        (text, kind) = (CText.copy(failure.text), CText.copy(failure.kind))
        (code, index) = (failure.code, failure.index)
    }

    deinit {
        free(text)
        free(kind)
    }

    /// The calling thread's; nil if nothing of it has failed.
    static var current: LastError? {
        pthread_getspecific(key).map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes this the calling thread's last error.
    static func set(_ failure: Failure) {
        let last = pthread_getspecific(key)
        let status = pthread_setspecific(
            key, Unmanaged.passRetained(LastError(failure)).toOpaque())
        invariant(status == 0, "no memory for an error: \(failure.text)")
        if let last { Unmanaged<LastError>.fromOpaque(last).release() }
    }
}

/// "" if there was no error.
private let noText = StaticText("")

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_error_text() -> UnsafePointer<CChar>? {
    LastError.current.map { UnsafePointer($0.text) } ?? noText.pointer
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_error_kind() -> UnsafePointer<CChar>? {
    LastError.current.map { UnsafePointer($0.kind) } ?? noText.pointer
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_error_code() -> Int32 { LastError.current?.code ?? Int32(ECHO_GPU_OK) }

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_error_index() -> Int64 { LastError.current?.index ?? -1 }
