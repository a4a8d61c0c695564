import COpenCL

/// Makes an OpenCL call; every call of this module but the releases in deinitialisers passes here.
///
/// - Parameters:
///   - name: The C function.
///   - subject: What it was called for, such as a kernel's name; made only for an error.
///   - body: The call itself; returns its status.
/// - Throws: ``OpenCLError/call(name:subject:code:)`` if the status is not `CL_SUCCESS`.
func call(
    _ name: String, of subject: @autoclosure () -> String? = nil, _ body: () -> cl_int
) throws(OpenCLError) {
    let code = CallFailure.injected?.status(name) ?? body()
    guard code == CL_SUCCESS else {
        throw .call(name: name, subject: subject(), code: code)
    }
}

/// Makes an OpenCL call that returns a new handle and writes its status through a pointer.
///
/// - Throws: ``OpenCLError/call(name:subject:code:)`` if there is no handle.
func create(
    _ name: String, of subject: @autoclosure () -> String? = nil,
    _ body: (UnsafeMutablePointer<cl_int>) -> OpaquePointer?
) throws(OpenCLError) -> OpaquePointer {
    var handle: OpaquePointer?
    try call(name, of: subject()) {
        var status: cl_int = CL_SUCCESS
        handle = body(&status)
        return status
    }
    guard let handle else {
        throw .call(name: name, subject: subject(), code: CL_INVALID_VALUE)
    }
    return handle
}

/// Failures on demand, so that tests can see what a full or broken device would do.
///
/// A struct around the closure, because an optimised build of Swift 6.3 crashes where a task-local
/// value's own type is a function.
package struct CallFailure: Sendable {
    /// Holds for the calls of the task that binds it.
    @TaskLocal static var injected: CallFailure?

    /// Gets the name of a C function that is about to be called. Returns the status that it fails
    /// with, without being called; nil lets it be called.
    let status: @Sendable (_ call: String) -> Int32?

    /// `body` for another thread, in which calls fail as they do here: so that a test reaches all
    /// the threads of a pipeline.
    package static func inheriting(_ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        guard let here = injected else { return body }
        return { $injected.withValue(here, operation: body) }
    }

    /// Runs `body`, in which calls fail as `status` says.
    package static func inject<R>(
        _ status: @escaping @Sendable (_ call: String) -> Int32?, during body: () throws -> R
    ) rethrows -> R {
        try $injected.withValue(CallFailure(status: status), operation: body)
    }
}
