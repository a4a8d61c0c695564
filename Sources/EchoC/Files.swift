import CEchoGPU
import EchoExtract

@c @implementation
public func echo_gpu_features_of_files(
    _ encoder: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ row: echo_gpu_row_callback?,
    _ progress: echo_gpu_progress?, _ context: UnsafeMutableRawPointer?,
    _ summary: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status { () throws(Failure) in throw .usage("files are not embedded yet") }
}
