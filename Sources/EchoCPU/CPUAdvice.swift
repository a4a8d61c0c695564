import COpenBLAS
import Foundation

extension CPUBackend {
    /// What to do where OpenBLAS took kernels for a processor much older than this one, as releases
    /// that do not know a processor do; nil where nothing is wrong.
    package static var advice: String? {
        let core = String(cString: openblas_get_corename())
        let flags = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        guard core == "Prescott" || core == "Core2", flags.contains(" avx2 ") else { return nil }
        let better = flags.contains(" avx512f ") ? "SkylakeX" : "Haswell"
        return "OpenBLAS took its kernels for \(core); OPENBLAS_CORETYPE=\(better) is faster"
    }
}
