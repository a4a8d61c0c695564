import CEchoGPU
import EchoExtract
import EchoFormats
import Logging

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_open(
    _ model: UnsafePointer<CChar>?, _ devices: UnsafePointer<UnsafePointer<CChar>?>?,
    _ device_count: Int, _ precision: UnsafePointer<CChar>?, _ log: echo_gpu_log?,
    _ context: UnsafeMutableRawPointer?, _ encoder: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    status { () throws(Failure) in
        guard let encoder else { throw .usage("encoder is null; give a place for it") }
        encoder.pointee = nil
        let model = try CText.read(model, "model")
        guard !model.isEmpty else { throw .usage("model is empty; give a path, ORG/NAME or demo") }
        let names = try deviceNames(devices, device_count)
        let stored = try precision.map { (text) throws(Failure) in try storage(text) } ?? .fp32
        try ForkGuard.enter()
        let logger = log.map { log in CallbackLog.logger(log, context) }
        let echo = try Failure.translating { () throws(EchoError) in
            try Echo.checkSettings()
            return try Echo(
                model: .named(model), devices: names, precision: stored, logger: logger, trace: nil)
        }
        encoder.pointee = OpenEncoders.add(echo)
    }
}

private func deviceNames(
    _ devices: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int
) throws(Failure) -> [String] {
    var names: [String] = []
    for (index, name) in try Caller.array(devices, count, "devices").enumerated() {
        names.append(try CText.read(name, "devices[\(index)]"))
    }
    return names.isEmpty ? ["auto"] : names
}

private func storage(_ text: UnsafePointer<CChar>) throws(Failure) -> Echo.Precision {
    let name = try CText.read(text, "precision")
    guard let precision = Echo.Precision(rawValue: name) else {
        let all = Echo.Precision.allCases.map(\.rawValue).joined(separator: " or ")
        throw .usage("precision is '\(name)'; give \(all)")
    }
    return precision
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_close(_ encoder: OpaquePointer?) {
    guard let encoder, !ForkGuard.isChild else { return }
    _ = OpenEncoders.remove(encoder)
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_describe(
    _ encoder: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status { () throws(Failure) in
        json?.pointee = nil
        let echo = try OpenEncoders.encoder(encoder)
        guard let json else { throw .usage("json is null; give a place for the text") }
        json.pointee = CText.copy(echo.description.text)
    }
}
