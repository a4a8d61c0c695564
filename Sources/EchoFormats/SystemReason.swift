import FoundationEssentials
import Glibc

extension Error {
    /// Why a file could not be read or written: the system's words if it was asked, as "No space left on
    /// device".
    package var systemReason: String {
        if let code = (self as? POSIXError ?? underlying)?.code {
            return String(cString: strerror(code.rawValue))
        }
        return "\(self)"
    }

    private var underlying: POSIXError? { (self as? CocoaError)?.underlying as? POSIXError }
}
