import CEchoGPU
import EchoExtract
import EchoFormats

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_devices(
    _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status { () throws(Failure) in
        guard let json else { throw .usage("json is null; give a place for the text") }
        json.pointee = nil
        try ForkGuard.enter()
        let list = try Failure.translating { () throws(EchoError) in
            try Echo.checkSettings()
            return try DeviceList()
        }
        json.pointee = CText.copy(JSONText.text(list, keepsOldSpellings: true))
    }
}
